/** The scripts that connect the completion of a shell with `regatta __complete` (answer.ts). */

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/** Works with bash 3.2, which has neither mapfile nor compopt. */
const bash = `_regatta() {
  local current="\${COMP_WORDS[COMP_CWORD]}" line paths=
  [ "$current" = = ] && current=
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :files) paths=-f ;;
      :folders) paths=-d ;;
      :end) ;;
      *) COMPREPLY+=("\${line%% *}") ;;
    esac
  done < <("\${COMP_WORDS[0]}" __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [ -n "$paths" ]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r line; do
      COMPREPLY+=("$line")
    done < <(compgen "$paths" -- "$current")
  fi
}
complete -F _regatta regatta
`;

const zsh = `#compdef regatta
_regatta() {
  local line paths=
  local -a candidates
  for line in "\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case "$line" in
      :files) paths=files ;;
      :folders) paths=folders ;;
      :end) ;;
      *' '*) candidates+=("\${\${line%% *}//:/\\\\:}:\${line#* }") ;;
      ?*) candidates+=("\${line//:/\\\\:}") ;;
    esac
  done
  case "$paths" in
    files) _files ;;
    folders) _files -/ ;;
    *) _describe -t words regatta candidates ;;
  esac
}
if [ "\${funcstack[1]}" = _regatta ]; then
  _regatta "$@"
else
  compdef _regatta regatta
fi
`;

const fish = `function __regatta_complete
  set -l before (commandline -opc)
  set -l current (commandline -ct)
  for line in ($before[1] __complete $before[2..-1] "$current" 2>/dev/null)
    switch $line
      case :files
        __fish_complete_path "$current"
      case :folders
        __fish_complete_directories "$current"
      case :end
      case '*'
        string replace ' ' \\t -- $line
        or echo $line
    end
  end
end
complete -c regatta -f -a '(__regatta_complete)'
`;

const powershell = `Register-ArgumentCompleter -Native -CommandName regatta -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements |
    Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
    Select-Object -Skip 1 |
    ForEach-Object { $_.ToString() })
  if ($wordToComplete -eq '') { $words = @('--next') + $words }
  & $commandAst.CommandElements[0].ToString() __complete @words 2>$null |
    Where-Object { -not $_.StartsWith(':') } |
    ForEach-Object {
      $word, $description = $_ -split ' ', 2
      if (-not $description) { $description = $word }
      [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $description)
    }
}
`;

export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell };

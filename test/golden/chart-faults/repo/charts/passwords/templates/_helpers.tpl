{{- define "passwords.made" -}}
{{ randAlphaNum 12 }}
{{- end -}}

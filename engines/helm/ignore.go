package main

import (
	"bytes"
	"io/fs"
	"path"
	"time"

	"helm.sh/helm/v4/pkg/ignore"
)

// entry stands for a file or folder in the rules of a .helmignore, which ask whether it is a folder.
type entry struct {
	name  string
	isDir bool
}

func (e entry) Name() string       { return e.name }
func (e entry) Size() int64        { return 0 }
func (e entry) Mode() fs.FileMode  { return 0 }
func (e entry) ModTime() time.Time { return time.Time{} }
func (e entry) IsDir() bool        { return e.isDir }
func (e entry) Sys() any           { return nil }

// withoutIgnored drops what the chart's .helmignore names. A folder that it names goes as a whole.
func withoutIgnored(files []*chartFile) ([]*chartFile, error) {
	rules := ignore.Empty()
	for _, file := range files {
		if file.Name != ignore.HelmIgnore {
			continue
		}
		parsed, err := ignore.Parse(bytes.NewReader(file.Data))
		if err != nil {
			return nil, err
		}
		rules = parsed
	}
	rules.AddDefaults()

	ignored := map[string]bool{".": false}
	var isIgnored func(folder string) bool
	isIgnored = func(folder string) bool {
		known, isKnown := ignored[folder]
		if !isKnown {
			known = isIgnored(path.Dir(folder)) || rules.Ignore(folder, entry{path.Base(folder), true})
			ignored[folder] = known
		}
		return known
	}
	var kept []*chartFile
	for _, file := range files {
		if !isIgnored(path.Dir(file.Name)) && !rules.Ignore(file.Name, entry{path.Base(file.Name), false}) {
			kept = append(kept, file)
		}
	}
	return kept, nil
}

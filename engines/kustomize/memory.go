package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// memory is a file system that is only read. Kustomize's own refuses names that a disk takes: those with a
// plus sign, a space or a letter beyond ASCII.
type memory struct {
	files map[string][]byte
	// folders has the names in each folder.
	folders map[string][]string
}

var errReadOnly = errors.New("the files of a build cannot be changed")

func newMemory() *memory {
	return &memory{files: map[string][]byte{}, folders: map[string][]string{"/": nil}}
}

// add writes a file by its absolute path, with the folders above it. A file that is in the way of a folder
// wins.
func (m *memory) add(file string, data []byte) {
	folder := path.Dir(file)
	if m.addFolder(folder) && !m.IsDir(file) {
		m.files[file] = data
		m.folders[folder] = append(m.folders[folder], path.Base(file))
	}
}

func (m *memory) addFolder(folder string) bool {
	if _, ok := m.folders[folder]; ok {
		return true
	}
	parent := path.Dir(folder)
	if _, isFile := m.files[folder]; isFile || !m.addFolder(parent) {
		return false
	}
	m.folders[folder] = nil
	m.folders[parent] = append(m.folders[parent], path.Base(folder))
	return true
}

func absolute(name string) string { return path.Join("/", name) }

func (m *memory) Exists(name string) bool {
	_, isFile := m.files[absolute(name)]
	return isFile || m.IsDir(name)
}

func (m *memory) IsDir(name string) bool {
	_, ok := m.folders[absolute(name)]
	return ok
}

func (m *memory) ReadFile(name string) ([]byte, error) {
	data, ok := m.files[absolute(name)]
	if ok {
		return bytes.Clone(data), nil
	}
	if m.IsDir(name) {
		return nil, fmt.Errorf("cannot read content from non-file '%s'", name)
	}
	return nil, notThere(name)
}

// notThere says what Kustomize's own file system in memory says.
func notThere(name string) error { return fmt.Errorf("'%s' doesn't exist", name) }

func (m *memory) ReadDir(name string) ([]string, error) {
	if !m.IsDir(name) {
		return nil, fmt.Errorf("%s is not a directory", name)
	}
	return slices.Sorted(slices.Values(m.folders[absolute(name)])), nil
}

func (m *memory) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	file := absolute(name)
	switch {
	case m.IsDir(file):
		return filesys.ConfirmedDir(file), "", nil
	case m.Exists(file):
		return filesys.ConfirmedDir(path.Dir(file)), path.Base(file), nil
	}
	return "", "", notThere(name)
}

// Glob finds what a disk would: no hidden files, unless the pattern names them.
func (m *memory) Glob(pattern string) ([]string, error) {
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, err
	}
	found := []string{"/"}
	for part := range strings.SplitSeq(strings.Trim(path.Clean(pattern), "/"), "/") {
		var next []string
		for _, folder := range found {
			for _, name := range slices.Sorted(slices.Values(m.folders[folder])) {
				if ok, _ := path.Match(part, name); ok {
					next = append(next, path.Join(folder, name))
				}
			}
		}
		found = next
	}
	if filesys.IsHiddenFilePath(pattern) {
		return found, nil
	}
	return filesys.RemoveHiddenFiles(found), nil
}

func (m *memory) Walk(name string, visit filepath.WalkFunc) error {
	file := absolute(name)
	if !m.Exists(file) {
		return visit(file, nil, notThere(name))
	}
	err := m.walk(file, visit)
	if err == filepath.SkipDir || err == filepath.SkipAll {
		return nil
	}
	return err
}

func (m *memory) walk(file string, visit filepath.WalkFunc) error {
	err := visit(file, m.about(file), nil)
	if err != nil || !m.IsDir(file) {
		return err
	}
	for _, name := range slices.Sorted(slices.Values(m.folders[file])) {
		child := path.Join(file, name)
		if err := m.walk(child, visit); err != nil && !(err == filepath.SkipDir && m.IsDir(child)) {
			return err
		}
	}
	return nil
}

func (m *memory) Open(name string) (filesys.File, error) {
	data, err := m.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return &opened{bytes.NewReader(data), m.about(absolute(name))}, nil
}

func (m *memory) Create(string) (filesys.File, error) { return nil, errReadOnly }
func (m *memory) Mkdir(string) error                  { return errReadOnly }
func (m *memory) MkdirAll(string) error               { return errReadOnly }
func (m *memory) RemoveAll(string) error              { return errReadOnly }
func (m *memory) WriteFile(string, []byte) error      { return errReadOnly }
func (m *memory) about(file string) fs.FileInfo {
	return info{path.Base(file), int64(len(m.files[file])), m.IsDir(file)}
}

type opened struct {
	*bytes.Reader
	info fs.FileInfo
}

func (*opened) Write([]byte) (int, error)    { return 0, errReadOnly }
func (*opened) Close() error                 { return nil }
func (o *opened) Stat() (fs.FileInfo, error) { return o.info, nil }

type info struct {
	name     string
	size     int64
	isFolder bool
}

func (i info) Name() string     { return i.name }
func (i info) Size() int64      { return i.size }
func (info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool      { return i.isFolder }
func (info) Sys() any           { return nil }

func (i info) Mode() fs.FileMode {
	if i.isFolder {
		return fs.ModeDir | 0o755
	}
	return 0o644
}

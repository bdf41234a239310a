package main

import (
	"encoding/json"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// mount is the folder of the repository in the engine's file system. It is not the root, so that a path that
// leads out of the repository finds nothing.
const mount = "/repository"

// files is the file system of one build: the files of the request, in memory. It notes what is read or
// looked for, and gives kustomizations with local paths in place of locked addresses.
type files struct {
	filesys.FileSystem
	remotes map[string]remote
	// replaced has contents that Kustomize reads instead of the request's.
	replaced map[string][]byte
	touched  map[string]bool
	// kustomizations has those that were read, by file.
	kustomizations map[string]*types.Kustomization
	unlocked       map[unlocked]bool
}

func newFiles(in request) *files {
	memory := newMemory()
	for name, text := range in.Files {
		memory.add(path.Join(mount, name), []byte(text))
	}
	for name, data := range in.Binary {
		memory.add(path.Join(mount, name), data)
	}
	return &files{
		FileSystem:     memory,
		remotes:        in.Remotes,
		replaced:       map[string][]byte{},
		touched:        map[string]bool{},
		kustomizations: map[string]*types.Kustomization{},
		unlocked:       map[unlocked]bool{},
	}
}

func (f *files) note(name string) {
	file := filepath.Clean(name)
	if !filepath.IsAbs(file) {
		file = "/" + file
	}
	f.touched[file] = true
}

// reads has the paths that were read or looked for, relative to the repository.
func (f *files) reads() []string {
	list := []string{}
	for file := range f.touched {
		if relative, ok := strings.CutPrefix(file, mount+"/"); ok {
			list = append(list, relative)
		}
	}
	slices.Sort(list)
	return list
}

func (f *files) Open(name string) (filesys.File, error) {
	f.note(name)
	return f.FileSystem.Open(name)
}

func (f *files) IsDir(name string) bool {
	f.note(name)
	return f.FileSystem.IsDir(name)
}

func (f *files) Exists(name string) bool {
	f.note(name)
	return f.FileSystem.Exists(name)
}

func (f *files) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	f.note(name)
	return f.FileSystem.CleanedAbs(name)
}

func (f *files) ReadDir(name string) ([]string, error) {
	f.noteAll(name)
	return f.FileSystem.ReadDir(name)
}

func (f *files) Glob(pattern string) ([]string, error) {
	f.noteAll(mount)
	return f.FileSystem.Glob(pattern)
}

func (f *files) Walk(name string, visit filepath.WalkFunc) error {
	f.noteAll(name)
	return f.FileSystem.Walk(name, visit)
}

// noteAll notes a folder with all that is in it.
func (f *files) noteAll(name string) {
	f.note(name)
	_ = f.FileSystem.Walk(name, func(file string, _ fs.FileInfo, _ error) error {
		f.note(file)
		return nil
	})
}

func (f *files) ReadFile(name string) ([]byte, error) {
	f.note(name)
	if data, ok := f.replaced[filepath.Clean(name)]; ok {
		return f.withLocalPaths(name, data), nil
	}
	data, err := f.FileSystem.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return f.withLocalPaths(name, data), nil
}

// withLocalPaths is the text of a file as Kustomize gets it: a kustomization with addresses has paths instead.
// One that Kustomize cannot read stays as it is, so that it says so.
func (f *files) withLocalPaths(name string, data []byte) []byte {
	if !slices.Contains(konfig.RecognizedKustomizationFileNames(), path.Base(name)) {
		return data
	}
	var kustomization types.Kustomization
	if kustomization.Unmarshal(data) != nil {
		return data
	}
	f.kustomizations[filepath.Clean(name)] = &kustomization
	if !f.localize(name, &kustomization) {
		return data
	}
	text, err := json.Marshal(&kustomization)
	if err != nil {
		return data
	}
	return text
}

package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"sigs.k8s.io/yaml"
)

// chartFile is a file of a chart or of a chart inside it.
type chartFile = archive.BufferedFile

var byteOrderMark = []byte{0xEF, 0xBB, 0xBF}

// loaded is a chart with the places of its files in the request.
type loaded struct {
	chart *chart.Chart
	// paths holds, for each template and other file, its path in the request.
	paths map[*common.File]string
}

// filesOf returns the files of a request in the order in which Helm walks a folder.
func filesOf(in request) ([]*chartFile, error) {
	files := make([]*chartFile, 0, len(in.Chart)+len(in.Binary))
	for name, text := range in.Chart {
		files = append(files, &chartFile{Name: name, Data: bytes.TrimPrefix([]byte(text), byteOrderMark)})
	}
	for name, text := range in.Binary {
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, err
		}
		files = append(files, &chartFile{Name: name, Data: bytes.TrimPrefix(data, byteOrderMark)})
	}
	slices.SortFunc(files, func(a, b *chartFile) int { return strings.Compare(walkKey(a.Name), walkKey(b.Name)) })
	return files, nil
}

// walkKey orders paths as a walk does: by the names of the folders, one after the other.
func walkKey(name string) string { return strings.ReplaceAll(name, "/", "\x00") }

func load(in request) (*loaded, error) {
	files, err := filesOf(in)
	if err != nil {
		return nil, err
	}
	files, err = withoutIgnored(files)
	if err != nil {
		return nil, err
	}
	if err := checkVersion(files); err != nil {
		return nil, err
	}
	into := &loaded{paths: map[*common.File]string{}}
	into.chart, err = into.load(files, "")
	return into, err
}

// checkVersion refuses the versions of charts that helm template refuses.
func checkVersion(files []*chartFile) error {
	for _, file := range files {
		if file.Name != "Chart.yaml" {
			continue
		}
		var head struct {
			APIVersion string `json:"apiVersion"`
		}
		if err := yaml.Unmarshal(file.Data, &head); err != nil {
			return fmt.Errorf("cannot load Chart.yaml: %w", err)
		}
		switch head.APIVersion {
		case chart.APIVersionV1, chart.APIVersionV2, "":
			return nil
		case "v3":
			return errors.New("invalid chart apiVersion")
		default:
			return errors.New("unsupported chart version")
		}
	}
	return errors.New("Chart.yaml file is missing")
}

// load reads a chart from files below a folder. Helm's own loader reads the charts inside it in the random
// order of a Go map, which decides the order of CRDs: this function passes them one by one, sorted.
func (l *loaded) load(files []*chartFile, folder string) (*chart.Chart, error) {
	own, inside := splitSubcharts(files)
	c, err := loader.LoadFiles(own)
	if err != nil {
		return c, err
	}
	for _, list := range [][]*common.File{c.Templates, c.Files} {
		for _, file := range list {
			l.paths[file] = placeOf(folder, file.Name)
		}
	}
	for _, name := range slices.SortedFunc(maps.Keys(inside), compareWalk) {
		sub, err := l.loadSubchart(name, inside[name], placeOf(folder, "charts/"+name))
		if err != nil {
			return c, fmt.Errorf("error unpacking subchart %s in %s: %w", name, c.Name(), err)
		}
		if sub != nil {
			c.AddDependency(sub)
		}
	}
	return c, nil
}

func compareWalk(a, b string) int { return strings.Compare(walkKey(a), walkKey(b)) }

// placeOf is the path of a file in the request. A file in a packed chart is at the path of the package.
func placeOf(folder, name string) string {
	if path.Ext(folder) == ".tgz" {
		return folder
	}
	return path.Join(folder, name)
}

// splitSubcharts divides the files of a chart: its own, and those in charts/ by their first folder or file.
func splitSubcharts(files []*chartFile) ([]*chartFile, map[string][]*chartFile) {
	var own []*chartFile
	inside := map[string][]*chartFile{}
	for _, file := range files {
		rest, isInside := strings.CutPrefix(file.Name, "charts/")
		if !isInside || path.Ext(file.Name) == ".prov" {
			own = append(own, file)
			continue
		}
		name, _, _ := strings.Cut(rest, "/")
		inside[name] = append(inside[name], &chartFile{Name: rest, Data: file.Data})
	}
	return own, inside
}

// loadSubchart reads what is at one name in charts/: a package, a folder, or nothing that is a chart.
func (l *loaded) loadSubchart(name string, files []*chartFile, folder string) (*chart.Chart, error) {
	switch {
	case strings.IndexAny(name, "_.") == 0:
		return nil, nil
	case path.Ext(name) == ".tgz":
		if files[0].Name != name {
			return nil, fmt.Errorf("error unpacking subchart tar: expected %s, got %s", name, files[0].Name)
		}
		packed, err := archive.LoadArchiveFiles(bytes.NewReader(files[0].Data))
		if err != nil {
			return nil, err
		}
		return l.load(packed, folder)
	default:
		below := make([]*chartFile, 0, len(files))
		for _, file := range files {
			if _, rest, isBelow := strings.Cut(file.Name, "/"); isBelow {
				below = append(below, &chartFile{Name: rest, Data: file.Data})
			}
		}
		return l.load(below, folder)
	}
}

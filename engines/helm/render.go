package main

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"text/template"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
)

// rendering is what a chart's templates printed, before it is divided into objects.
type rendering struct {
	chart *loaded
	// files holds the printed text of each template, by the name that Helm gives the template.
	files map[string]string
	// paths holds the path in the request of each template, by the same name.
	paths map[string]string
}

// pass says how to render: a chart is rendered again to see what depends on chance, or to find lines.
type pass struct {
	chance *chance
	marks  *marks
	// isRepeated is true for a further pass, for which the values are known to be valid.
	isRepeated bool
}

// render does what helm template does with a chart, up to the division into objects.
func render(in request, how pass) (*rendering, error) {
	l, err := load(in)
	if err != nil {
		return nil, err
	}
	if err := checkChart(l.chart); err != nil {
		return nil, err
	}
	if err := chartutil.ValidateReleaseName(in.Name); err != nil {
		return nil, fmt.Errorf("release name check failed: release name %q: %w", in.Name, err)
	}
	values := in.Values
	if values == nil {
		values = map[string]any{}
	}
	if err := chartutil.ProcessDependencies(l.chart, values); err != nil {
		return nil, fmt.Errorf("chart dependencies processing failed: %w", err)
	}
	capabilities, err := capabilitiesOf(in)
	if err != nil {
		return nil, err
	}
	out := &rendering{chart: l, paths: map[string]string{}}
	out.prepare(l.chart, how)
	top, err := valuesOf(in, l.chart, values, capabilities, how)
	if err != nil {
		return nil, err
	}
	if err := checkKubeVersion(l.chart, capabilities); err != nil {
		return nil, err
	}
	functions := template.FuncMap{}
	if how.marks != nil {
		maps.Copy(functions, markedFunctions())
		functions[markFunction] = how.marks.markPrinted
	}
	maps.Copy(functions, orderedFunctions)
	maps.Copy(functions, clockFunctions)
	maps.Copy(functions, printFunctions)
	maps.Copy(functions, how.chance.functions())
	out.files, err = engine.Engine{CustomTemplateFuncs: functions}.Render(l.chart, top)
	if err != nil {
		return nil, errors.New(how.chance.restoreNames(err.Error()))
	}
	return out, nil
}

func valuesOf(in request, c *chart.Chart, values map[string]any, capabilities *common.Capabilities, how pass) (common.Values, error) {
	options := common.ReleaseOptions{Name: in.Name, Namespace: in.Namespace, Revision: 1, IsInstall: true}
	skip := in.SkipSchemaValidation || how.isRepeated
	top, err := util.ToRenderValuesWithSchemaValidation(c, values, options, capabilities, skip)
	if err != nil && strings.HasPrefix(err.Error(), schemaPrefix) {
		return nil, &failure{Type: "schema", Message: sortBlocks(err.Error())}
	}
	return top, err
}

// schemaPrefix begins what Helm says when values do not match the schema of a chart.
const schemaPrefix = "values don't meet the specifications of the schema(s)"

// checkChart refuses what helm template refuses before it renders.
func checkChart(c *chart.Chart) error {
	if kind := c.Metadata.Type; kind != "" && kind != "application" {
		return fmt.Errorf("%s charts are not installable", kind)
	}
	var missing []string
	for _, needed := range c.Metadata.Dependencies {
		if !slices.ContainsFunc(c.Dependencies(), func(d *chart.Chart) bool { return d.Name() == needed.Name }) {
			missing = append(missing, needed.Name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("an error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: %s", strings.Join(missing, ", "))
	}
	return nil
}

func checkKubeVersion(c *chart.Chart, capabilities *common.Capabilities) error {
	required := c.Metadata.KubeVersion
	if required == "" || chartutil.IsCompatibleRange(required, capabilities.KubeVersion.String()) {
		return nil
	}
	version := capabilities.KubeVersion.Version
	return &failure{
		Type:    "kube-version",
		Message: fmt.Sprintf("chart requires kubeVersion: %s which is incompatible with Kubernetes %s", required, version),
		Chart:   c.Name(),
		Range:   required,
		Version: version,
	}
}

// prepare notes where each template is from, and rewrites the templates for what the pass looks for.
func (r *rendering) prepare(c *chart.Chart, how pass) {
	all := &callers{templates: r.templatesOf(c, "")}
	r.rewrite(c, "", how, all)
}

// templatesOf returns the templates of a chart and of those inside it.
func (r *rendering) templatesOf(c *chart.Chart, prefix string) []source {
	var all []source
	for _, file := range c.Templates {
		all = append(all, source{r.chart.paths[file], prefix, string(file.Data)})
	}
	for _, dependency := range c.Dependencies() {
		all = append(all, r.templatesOf(dependency, prefix+dependency.Name()+".")...)
	}
	return all
}

func (r *rendering) rewrite(c *chart.Chart, prefix string, how pass, all *callers) {
	// Charts under an alias share their files with the chart they are from: list and files stay unchanged.
	rewritten := make([]*common.File, len(c.Templates))
	for index, file := range c.Templates {
		name := path.Join(c.ChartFullPath(), file.Name)
		place := r.chart.paths[file]
		r.paths[name] = place
		text := how.chance.rename(source{place, prefix, string(file.Data)}, all)
		if how.marks != nil && !strings.HasSuffix(name, ".txt") {
			text = how.marks.mark(place, text)
		}
		rewritten[index] = &common.File{Name: file.Name, Data: []byte(text)}
	}
	c.Templates = rewritten
	for _, file := range c.Files {
		r.paths[path.Join(c.ChartFullPath(), file.Name)] = r.chart.paths[file]
	}
	for _, dependency := range c.Dependencies() {
		r.rewrite(dependency, prefix+dependency.Name()+".", how, all)
	}
}

package main

// request is one chart with everything that decides what it renders to.
type request struct {
	// Chart holds the files of the chart by their path in it; Binary those that are not text, in base64.
	Chart  map[string]string `json:"files"`
	Binary map[string]string `json:"binary"`

	Values      map[string]any `json:"values"`
	Name        string         `json:"name"`
	Namespace   string         `json:"namespace"`
	IncludeCRDs bool           `json:"includeCRDs"`

	// KubeVersion is the version of the cluster; empty for the one that Helm assumes by default.
	KubeVersion string `json:"kubeVersion"`
	// BuiltIn replaces the API versions that Helm assumes by default; absent keeps them.
	BuiltIn []string `json:"builtIn"`
	// APIVersions are added to either.
	APIVersions []string `json:"apiVersions"`

	SkipSchemaValidation bool `json:"skipSchemaValidation"`

	// Random is "Seeded" for random values that follow from Seed (in hexadecimal); without it they are an error.
	Random string `json:"random"`
	Seed   string `json:"seed"`

	// Lines asks for the template line of each line of the output.
	Lines bool `json:"lines"`
}

// response is what came out of a chart, or why nothing did.
type response struct {
	Documents []document `json:"documents,omitempty"`
	// Templates are the paths in the chart that the documents' lines refer to by their index.
	Templates []string `json:"templates,omitempty"`
	// Random lists the calls whose random results the output contains.
	Random []use    `json:"random,omitempty"`
	Error  *failure `json:"error,omitempty"`
}

// document is a part of the output under one "# Source:" line: an object, a hook or a file of CRDs.
type document struct {
	Source string `json:"source"`
	// Path is the file in the chart, or the packed chart that holds it.
	Path string `json:"path"`
	Text string `json:"text"`
	// Index counts the documents of a template from 0, as the template printed them.
	Index int `json:"index"`
	// Hook lists the events of a hook, such as "pre-install"; absent for other objects.
	Hook []string `json:"hook,omitempty"`
	// Lines holds two numbers for each line of the text: an index of Templates, and a line, 1-based.
	// Absent where the lines were not asked for, or are not known.
	Lines []int `json:"lines,omitempty"`
}

// use is a call of a function that makes up values.
type use struct {
	// File is a path in the chart; empty for a call in a text that a template passes to tpl.
	File string `json:"file"`
	// Line is 1-based.
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Function string `json:"function"`
	// Key is true for private keys and certificates, which no seed may make.
	Key bool `json:"key"`
	// Value is the path in .Values that the call is a default for, such as "adminPassword"; empty if unknown.
	Value string `json:"value,omitempty"`
}

// failure is an error of the chart.
type failure struct {
	// Type is "kube-version", "schema" or "failed".
	Type    string `json:"type"`
	Message string `json:"message"`
	Chart   string `json:"chart,omitempty"`
	Range   string `json:"range,omitempty"`
	Version string `json:"version,omitempty"`
}

func (f *failure) Error() string { return f.Message }

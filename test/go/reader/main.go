// Command reader reads YAML streams as kubectl does, and single documents with other readers of Go.
//
// Each line of the input is `MODE BASE64`; each line of the output is the JSON of an answer.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	yaml2 "go.yaml.in/yaml/v2"
	yaml3 "go.yaml.in/yaml/v3"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

type answer struct {
	Documents []json.RawMessage `json:"documents"`
	Error     string            `json:"error"`
	// Size is the number of bytes of the text, so that the caller can match answers to questions.
	Size int `json:"size"`
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		mode, encoded, _ := strings.Cut(strings.TrimSpace(line), " ")
		text, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			panic(err)
		}
		given := ask(mode, text)
		given.Size = len(text)
		written, err := json.Marshal(given)
		if err != nil {
			panic(err)
		}
		out.Write(append(written, '\n'))
		out.Flush()
	}
}

func ask(mode string, text []byte) (result answer) {
	defer func() {
		if fault := recover(); fault != nil {
			result = answer{Error: fmt.Sprint(fault)}
		}
	}()
	var documents []json.RawMessage
	var err error
	switch mode {
	case "stream":
		documents, err = readStream(text)
	case "sigs":
		documents, err = one(yaml.YAMLToJSON(text))
	case "v2":
		var value any
		if err = yaml2.Unmarshal(text, &value); err == nil {
			documents, err = one(json.Marshal(plain(value)))
		}
	case "v3":
		var value any
		if err = yaml3.Unmarshal(text, &value); err == nil {
			documents, err = one(json.Marshal(plain(value)))
		}
	}
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Documents: documents}
}

func one(document []byte, err error) ([]json.RawMessage, error) {
	return []json.RawMessage{document}, err
}

func readStream(text []byte) (documents []json.RawMessage, err error) {
	decoder := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		var raw json.RawMessage
		err := decoder.Decode(&raw)
		if err == io.EOF {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		if len(raw) == 0 {
			raw = json.RawMessage("null")
		}
		documents = append(documents, bytes.Clone(raw))
	}
}

// plain converts the maps of go-yaml v2 and v3 with keys of any type to maps of JSON.
func plain(value any) any {
	switch typed := value.(type) {
	case map[any]any:
		fields := make(map[string]any, len(typed))
		for key, field := range typed {
			fields[fmt.Sprintf("%T %v", key, key)] = plain(field)
		}
		return textKeys(fields)
	case map[string]any:
		for key, field := range typed {
			typed[key] = plain(field)
		}
		return typed
	case []any:
		for index, item := range typed {
			typed[index] = plain(item)
		}
		return typed
	case float64, int, int64, uint64, string, bool, nil:
		return typed
	}
	return fmt.Sprintf("%T %v", value, value)
}

// textKeys removes the type from keys that are texts, so that any other key makes a difference.
func textKeys(fields map[string]any) map[string]any {
	result := make(map[string]any, len(fields))
	for key, field := range fields {
		result[strings.TrimPrefix(key, "string ")] = field
	}
	return result
}

package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"

	"github.com/Masterminds/sprig/v3"
	"github.com/google/uuid"
)

// chance decides what the functions of a pass that make values up return, and notes which are called.
type chance struct {
	// shared is the stream of a seeded release; nil gives each call site a stream of its own.
	shared *stream
	// isChanged says which sites get another stream than in a pass without it.
	isChanged func(use) bool
	sites     []use
	used      map[int]bool
	streams   map[streamKey]*stream
}

// keyFunctions make private keys and certificates.
var keyFunctions = []string{
	"genPrivateKey", "genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey",
	"genSignedCert", "genSignedCertWithKey",
}

// isRandom maps the functions that make values up to whether they make keys.
var isRandom = func() map[string]bool {
	all := map[string]bool{}
	for _, name := range []string{
		"randAlphaNum", "randAlpha", "randAscii", "randNumeric", "randBytes", "randInt", "shuffle",
		"uuidv4", "bcrypt", "htpasswd", "encryptAES",
	} {
		all[name] = false
	}
	for _, name := range keyFunctions {
		all[name] = true
	}
	return all
}()

// newChance returns one in which the sites that the function selects, if any, differ from the others' passes.
func newChance(isChanged func(use) bool) *chance {
	return &chance{isChanged: isChanged, used: map[int]bool{}, streams: map[streamKey]*stream{}}
}

// rename gives each call of a random function in a template a name of its own and of the same length, so that
// the call is known when it happens and positions in Helm's errors stay the same.
func (c *chance) rename(from source, callers *callers) string {
	var out strings.Builder
	done, text := 0, from.text
	for _, found := range randomCalls(from, callers) {
		name := c.add(found.use)
		out.WriteString(text[done:found.offset])
		out.WriteString(name)
		done = found.offset + len(name)
	}
	out.WriteString(text[done:])
	return out.String()
}

// add registers a site and returns its name: a letter that no chart uses, and the number of the site.
func (c *chance) add(site use) string {
	name := siteName(len(c.sites), site.Function)
	c.sites = append(c.sites, site)
	return name
}

const siteLetter = "ǂ"

func siteName(index int, function string) string {
	width := len(function) - len(siteLetter)
	digits := big.NewInt(int64(index)).Text(36)
	if len(digits) > width {
		return function
	}
	return siteLetter + strings.Repeat("0", width-len(digits)) + digits
}

// restoreNames puts the functions' names back into an error of Helm.
func (c *chance) restoreNames(message string) string {
	for index, site := range c.sites {
		message = strings.ReplaceAll(message, siteName(index, site.Function), site.Function)
	}
	return message
}

// functions returns the replacements, under the names of the sites and, for texts that reach a template as
// values, under their own names.
func (c *chance) functions() map[string]any {
	functions := map[string]any{}
	known := sprig.TxtFuncMap()
	for index, site := range c.sites {
		functions[siteName(index, site.Function)] = c.replacement(index, site, known[site.Function])
	}
	for name, isKey := range isRandom {
		site := use{Function: name, Key: isKey}
		c.sites = append(c.sites, site)
		functions[name] = c.replacement(len(c.sites)-1, site, known[name])
	}
	return functions
}

// replacement wraps a function of Helm: it notes the call and takes its random bytes from a stream.
func (c *chance) replacement(index int, site use, known any) any {
	function := reflect.ValueOf(known)
	return reflect.MakeFunc(function.Type(), func(args []reflect.Value) []reflect.Value {
		c.used[index] = true
		results := draw(function, site, args, c.streamOf(index, site, false), c.shared == nil)
		if c.isChanged == nil || !c.isChanged(site) {
			return results
		}
		other := c.streamOf(index, site, true)
		for range maxDraws {
			if changed := draw(function, site, args, other, c.shared == nil); !isSameResult(changed, results) {
				return changed
			}
		}
		return results
	}).Interface()
}

// slowFunctions hash passwords, which takes a tenth of a second.
var slowFunctions = []string{"bcrypt", "htpasswd"}

// fakeHash stands for the result of a slow function in a release without a seed, which may not reach the output.
func fakeHash(source *stream) string {
	var bytes [40]byte
	_, _ = source.Read(bytes[:])
	return "$2a$10$" + base64.RawURLEncoding.EncodeToString(bytes[:])[:53]
}

// maxDraws is how often a pass tries to get another result than before. A function with one possible result,
// such as randInt 0 1, never gives another.
const maxDraws = 20

func isSameResult(a, b []reflect.Value) bool {
	return reflect.DeepEqual(a[0].Interface(), b[0].Interface())
}

// draw calls a function of Helm, or what stands for it, with random bytes from a stream. With isQuick, what
// takes long is left out.
func draw(function reflect.Value, site use, args []reflect.Value, source *stream, isQuick bool) []reflect.Value {
	switch {
	case site.Key:
		return fakeKey(function.Type(), source)
	case site.Function == "randInt":
		return randInt(args, source)
	case site.Function == "shuffle":
		return []reflect.Value{reflect.ValueOf(shuffle(args[0].String(), source))}
	case isQuick && slices.Contains(slowFunctions, site.Function):
		return []reflect.Value{reflect.ValueOf(fakeHash(source))}
	}
	defer withRandom(source)()
	if function.Type().IsVariadic() {
		return function.CallSlice(args)
	}
	return function.Call(args)
}

// withRandom has the process take its random bytes from a stream until the returned function is called.
func withRandom(source *stream) func() {
	before := rand.Reader
	rand.Reader = source
	uuid.SetRand(source)
	return func() {
		rand.Reader = before
		uuid.SetRand(nil)
	}
}

// streamOf returns the bytes for a site. Keys take none from the shared stream: they never become output.
func (c *chance) streamOf(index int, site use, isChanged bool) *stream {
	if c.shared != nil && !isChanged && !site.Key {
		return c.shared
	}
	key := streamKey{index, isChanged}
	if c.streams[key] == nil {
		c.streams[key] = newStream(fmt.Appendf(nil, "site %d %t", index, isChanged))
	}
	return c.streams[key]
}

// streamKey names the stream of a site, or the one that gives it another result.
type streamKey struct {
	site      int
	isChanged bool
}

// fakeKey stands for what a function that makes keys returns. It never becomes output: where it would, the
// chart is refused.
func fakeKey(function reflect.Type, source *stream) []reflect.Value {
	var bytes [48]byte
	_, _ = source.Read(bytes[:])
	block := func(title string) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: title, Bytes: bytes[:]}))
	}
	result := reflect.New(function.Out(0)).Elem()
	if result.Kind() == reflect.String {
		result.SetString(block("PRIVATE KEY"))
	} else {
		result.FieldByName("Cert").SetString(block("CERTIFICATE"))
		result.FieldByName("Key").SetString(block("PRIVATE KEY"))
	}
	results := []reflect.Value{result}
	for index := 1; index < function.NumOut(); index++ {
		results = append(results, reflect.Zero(function.Out(index)))
	}
	return results
}

// randInt returns a number from the first argument up to and without the second, as Helm's function does.
func randInt(args []reflect.Value, source *stream) []reflect.Value {
	least, limit := args[0].Int(), args[1].Int()
	if limit <= least {
		panic("invalid argument to Intn")
	}
	return []reflect.Value{reflect.ValueOf(int(least + int64(source.below(uint64(limit-least)))))}
}

func shuffle(text string, source *stream) string {
	runes := []rune(text)
	for index := len(runes) - 1; index > 0; index-- {
		other := source.below(uint64(index + 1))
		runes[index], runes[other] = runes[other], runes[index]
	}
	return string(runes)
}

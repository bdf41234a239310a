// Package protocol connects an engine to its host: one request in, one answer out, both JSON.
//
// An engine is a WebAssembly reactor. The host calls regatta_allocate for the length of a request,
// writes the request into the memory it gets, calls regatta_answer, and copies the answer from where
// regatta_answer_at says that it is. Nothing in an engine blocks or waits for the host.
package protocol

import (
	"runtime/debug"
	"unsafe"
)

var (
	handler func(request []byte) []byte
	// The two buffers that the host reads and writes; kept here so that they are not collected.
	request, answer []byte
)

// Serve registers the function that answers requests. Call it in an init function: nothing calls main
// in a reactor. The function must keep no state between requests.
func Serve(answer func(request []byte) []byte) {
	handler = answer
	debug.SetMemoryLimit(collectBeyond)
}

// collectBeyond is the size in bytes from which on Go collects garbage as often as it takes to stay below.
// Without it the heap may double before Go collects what the last large request left, and reach the
// module's maximum of 1 GiB.
const collectBeyond = 640 << 20

//go:wasmexport regatta_allocate
func allocate(size uint32) unsafe.Pointer {
	request = make([]byte, size)
	return unsafe.Pointer(unsafe.SliceData(request))
}

// reply answers the request in the buffer and returns the length of the answer in bytes.
//
//go:wasmexport regatta_answer
func reply() uint32 {
	given := request
	request = nil
	answer = handler(given)
	return uint32(len(answer))
}

//go:wasmexport regatta_answer_at
func answerAt() unsafe.Pointer {
	return unsafe.Pointer(unsafe.SliceData(answer))
}

// release drops the answer, so that an idle instance holds no more memory than it needs.
//
//go:wasmexport regatta_release
func release() {
	answer = nil
}

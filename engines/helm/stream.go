package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
)

// stream is an endless sequence of bytes that follows from a seed: the SHA-256 digests of the seed and a
// counter, one after the other. It is this simple so that it stays the same in all versions of Go.
type stream struct {
	seed    []byte
	counter uint64
	rest    []byte
}

var _ io.Reader = (*stream)(nil)

func newStream(seed []byte) *stream { return &stream{seed: seed} }

func (s *stream) Read(into []byte) (int, error) {
	for done := 0; done < len(into); {
		if len(s.rest) == 0 {
			block := sha256.Sum256(binary.BigEndian.AppendUint64(append([]byte(nil), s.seed...), s.counter))
			s.rest = block[:]
			s.counter++
		}
		count := copy(into[done:], s.rest)
		s.rest = s.rest[count:]
		done += count
	}
	return len(into), nil
}

// below returns a number from 0 to limit-1, each with the same probability.
func (s *stream) below(limit uint64) uint64 {
	usable := ^uint64(0) - ^uint64(0)%limit
	for {
		var bytes [8]byte
		_, _ = s.Read(bytes[:])
		if number := binary.BigEndian.Uint64(bytes[:]); number < usable {
			return number % limit
		}
	}
}

// seedOf reads the seed of a request.
func seedOf(in request) (*stream, error) {
	seed, err := hex.DecodeString(in.Seed)
	if err != nil || len(seed) == 0 {
		return nil, errors.New("the request has no seed")
	}
	return newStream(seed), nil
}

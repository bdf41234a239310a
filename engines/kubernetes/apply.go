package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	auditinternal "k8s.io/apiserver/pkg/apis/audit"
	"k8s.io/apiserver/pkg/audit"
	"k8s.io/apiserver/pkg/authentication/user"
	apirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/warning"
)

// query asks for a server-side apply that reports unknown and duplicate fields.
const query = "fieldManager=regatta&force=true&fieldValidation=Strict"

// administrator is who applies.
var administrator = &user.DefaultInfo{Name: "regatta", Groups: []string{user.SystemPrivilegedGroup, user.AllAuthenticated}}

// An address is where an object is applied.
type address struct {
	path            schema.GroupVersionResource
	namespace, name string
}

// send hands an object to a handler as a request would, and notes its answer in the result of the check.
func send(handler http.Handler, to address, raw []byte, check checking) {
	res := check.result
	ctx := withChecking(context.Background(), check)
	ctx = apirequest.WithUser(ctx, administrator)
	ctx = apirequest.WithRequestInfo(ctx, &apirequest.RequestInfo{
		IsResourceRequest: true,
		Verb:              "patch",
		APIGroup:          to.path.Group,
		APIVersion:        to.path.Version,
		Resource:          to.path.Resource,
		Namespace:         to.namespace,
		Name:              to.name,
	})
	ctx = unaudited(ctx)
	ctx = warning.WithWarningRecorder(ctx, (*warnings)(res))
	req := (&http.Request{
		Method: http.MethodPatch,
		URL:    &url.URL{Path: "/", RawQuery: query},
		Header: http.Header{
			"Content-Type": {string(types.ApplyYAMLPatchType)},
			"Accept":       {"application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"},
		},
		Body:          io.NopCloser(bytes.NewReader(raw)),
		ContentLength: int64(len(raw)),
	}).WithContext(ctx)
	reply := &reply{status: http.StatusOK, header: http.Header{}}
	handler.ServeHTTP(reply, req)
	if reply.status >= http.StatusBadRequest {
		reply.refuse(res)
	}
}

// unaudited returns a context whose requests are not logged: the handlers need one that says so.
func unaudited(ctx context.Context) context.Context {
	ctx = audit.WithAuditContext(ctx)
	_ = audit.AuditContextFrom(ctx).Init(audit.RequestAuditConfig{Level: auditinternal.LevelNone}, nil)
	return ctx
}

// A reply keeps what a handler answers.
type reply struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (r *reply) Header() http.Header            { return r.header }
func (r *reply) WriteHeader(status int)         { r.status = status }
func (r *reply) Write(data []byte) (int, error) { return r.body.Write(data) }

// refuse notes a refusal and its causes.
func (r *reply) refuse(res *result) {
	var status metav1.Status
	if err := json.Unmarshal(r.body.Bytes(), &status); err != nil || status.Message == "" {
		status = metav1.Status{Message: fmt.Sprintf("the API server answered %d: %s", r.status, r.body.String())}
	}
	res.Message, res.Reason = status.Message, string(status.Reason)
	if status.Details != nil {
		for _, cause := range status.Details.Causes {
			res.Errors = append(res.Errors, problem{Field: cause.Field, Type: string(cause.Type), Message: cause.Message})
		}
	}
	if len(res.Errors) == 0 {
		res.Errors = append(res.Errors, problem{Type: string(status.Reason), Message: status.Message})
	}
}

// refusedWith notes that an object is refused because it cannot be read.
func refusedWith(res result, err error) result {
	res.Message = err.Error()
	res.Errors = append(res.Errors, problem{Message: res.Message})
	return res
}

// warnings records the API server's warnings in a result, each once.
type warnings result

func (w *warnings) AddWarning(_, text string) {
	for _, known := range w.Warnings {
		if known.Message == text {
			return
		}
	}
	w.Warnings = append(w.Warnings, problem{Message: text})
}

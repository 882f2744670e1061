package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/a2aproject/a2a-go/v2/a2a"
)

// seen is a task as the events of a stream make it.
type seen struct {
	id, context, state, prompt, asked string
	order                             []a2a.ArtifactID
	artifacts                         map[a2a.ArtifactID]a2a.ContentParts
	pieces                            int
}

func seenTask(task *a2a.Task) *seen {
	told := &seen{}
	told.take(task)
	return told
}

func (s *seen) take(event a2a.Event) error {
	switch event := event.(type) {
	case *a2a.Task:
		s.id, s.context = string(event.ID), event.ContextID
		s.order, s.artifacts = nil, map[a2a.ArtifactID]a2a.ContentParts{}
		for _, artifact := range event.Artifacts {
			s.put(artifact, false)
		}
		if len(event.History) > 0 {
			s.asked = textOf(event.History[0].Parts)
		}
		s.status(event.Status)
	case *a2a.TaskArtifactUpdateEvent:
		s.pieces++
		s.put(event.Artifact, event.Append)
	case *a2a.TaskStatusUpdateEvent:
		s.status(event.Status)
	default:
		return fmt.Errorf("an event of type %T", event)
	}
	return nil
}

func (s *seen) put(artifact *a2a.Artifact, isAppended bool) {
	if s.artifacts == nil {
		s.artifacts = map[a2a.ArtifactID]a2a.ContentParts{}
	}
	known, ok := s.artifacts[artifact.ID]
	if !ok {
		s.order = append(s.order, artifact.ID)
	}
	if !isAppended {
		known = nil
	}
	s.artifacts[artifact.ID] = append(known, artifact.Parts...)
}

func (s *seen) status(status a2a.TaskStatus) {
	name := strings.TrimPrefix(status.State.String(), "TASK_STATE_")
	s.state = strings.ReplaceAll(strings.ToLower(name), "_", "-")
	s.prompt = ""
	if status.Message != nil {
		s.prompt = textOf(status.Message.Parts)
	}
}

func (s *seen) parts() a2a.ContentParts {
	var all a2a.ContentParts
	for _, id := range s.order {
		all = append(all, s.artifacts[id]...)
	}
	return all
}

func (s *seen) text() string { return textOf(s.parts()) }

func (s *seen) done() saw { return saw{"state": s.state, "text": s.text()} }

func (s *seen) isFinal() bool {
	return s.state == "completed" || s.state == "failed" || s.state == "canceled" || s.state == "rejected"
}

// with returns the fields of one report with those of another.
func with(first, second saw) saw {
	for name, value := range second {
		first[name] = value
	}
	return first
}

func textOf(parts a2a.ContentParts) string {
	var text strings.Builder
	for _, part := range parts {
		text.WriteString(part.Text())
	}
	return text.String()
}

// follow applies a stream's events; it ends early if each says so.
func follow(stream iter.Seq2[a2a.Event, error], each func(*seen) bool) (*seen, error) {
	told := &seen{}
	for event, err := range stream {
		if err != nil {
			return told, err
		}
		if err := told.take(event); err != nil {
			return told, err
		}
		if each != nil && each(told) {
			break
		}
	}
	return told, nil
}

func sha(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// errorName is the type of an error of the protocol, or the text of another.
func errorName(err error) string {
	for name, sentinel := range map[string]error{
		"TaskNotFound":      a2a.ErrTaskNotFound,
		"TaskNotCancelable": a2a.ErrTaskNotCancelable,
		"InvalidParams":     a2a.ErrInvalidParams,
		"ServerError":       a2a.ErrServerError,
		"InternalError":     a2a.ErrInternalError,
		"InvalidRequest":    a2a.ErrInvalidRequest,
	} {
		if errors.Is(err, sentinel) {
			return name
		}
	}
	if err == nil {
		return "none"
	}
	return err.Error()
}

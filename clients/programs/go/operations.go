package main

import (
	"context"
	"fmt"
	"time"

	"github.com/a2aproject/a2a-go/v2/a2a"
	"github.com/a2aproject/a2a-go/v2/a2aclient"
)

type player struct {
	over     string
	client   *a2aclient.Client
	canceled a2a.TaskID
}

type operation struct {
	name string
	run  func() (saw, error)
}

func (p *player) operations() []operation {
	return []operation{
		{"send", p.send}, {"poll", p.poll}, {"stream", p.stream}, {"get", p.get}, {"list", p.list},
		{"cancel", p.cancel}, {"cancel-again", p.cancelAgain}, {"resubscribe", p.resubscribe},
		{"question", p.question}, {"question-stream", p.questionStream}, {"failure", p.failure}, {"file", p.file},
		{"bearer", p.bearer}, {"extended-card", p.extendedCard}, {"not-found", p.notFound},
		{"not-cancelable", p.notCancelable}, {"stream-error", p.streamError}, {"invalid", p.invalid},
		{"push", p.push}, {"push-list", p.pushList}, {"crash", p.crash},
	}
}

func (p *player) within() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 30*time.Second)
}

func message(parts ...*a2a.Part) *a2a.Message {
	return a2a.NewMessage(a2a.MessageRoleUser, parts...)
}

func text(value string) *a2a.Message { return message(a2a.NewTextPart(value)) }

func request(message *a2a.Message, isBlocking bool) *a2a.SendMessageRequest {
	return &a2a.SendMessageRequest{Message: message, Config: &a2a.SendMessageConfig{ReturnImmediately: !isBlocking}}
}

func ask(client *a2aclient.Client, request *a2a.SendMessageRequest) (*seen, error) {
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	result, err := client.SendMessage(ctx, request)
	if err != nil {
		return nil, err
	}
	task, ok := result.(*a2a.Task)
	if !ok {
		return nil, fmt.Errorf("a result of type %T", result)
	}
	return seenTask(task), nil
}

func (p *player) say(value string) (*seen, error) { return ask(p.client, request(text(value), true)) }

func (p *player) read(value string, each func(*seen) bool) (*seen, error) {
	ctx, stop := p.within()
	defer stop()
	return follow(p.client.SendStreamingMessage(ctx, request(text(value), true)), each)
}

func (p *player) send() (saw, error) {
	task, err := p.say("one")
	if err != nil {
		return nil, err
	}
	return task.done(), nil
}

func (p *player) poll() (saw, error) {
	first, err := ask(p.client, request(text("late"), false))
	if err != nil {
		return nil, err
	}
	ctx, stop := p.within()
	defer stop()
	task := first
	for !task.isFinal() {
		time.Sleep(50 * time.Millisecond)
		got, err := p.client.GetTask(ctx, &a2a.GetTaskRequest{ID: a2a.TaskID(first.id)})
		if err != nil {
			return nil, err
		}
		task = seenTask(got)
	}
	return with(saw{"early": !first.isFinal()}, task.done()), nil
}

func (p *player) stream() (saw, error) {
	told, err := p.read("many", nil)
	if err != nil {
		return nil, err
	}
	pieces := any(told.pieces)
	if told.pieces > 1 {
		pieces = "several"
	}
	return with(saw{"pieces": pieces}, told.done()), nil
}

func (p *player) get() (saw, error) {
	sent, err := p.say("one")
	if err != nil {
		return nil, err
	}
	ctx, stop := p.within()
	defer stop()
	length := 10
	got, err := p.client.GetTask(ctx, &a2a.GetTaskRequest{ID: a2a.TaskID(sent.id), HistoryLength: &length})
	if err != nil {
		return nil, err
	}
	task := seenTask(got)
	return with(saw{"asked": task.asked}, task.done()), nil
}

func (p *player) list() (saw, error) {
	first, err := p.say("one")
	if err != nil {
		return nil, err
	}
	for range 2 {
		more := text("one")
		more.ContextID = first.context
		if _, err := ask(p.client, request(more, true)); err != nil {
			return nil, err
		}
	}
	ctx, stop := p.within()
	defer stop()
	pages, ids, total := []int{}, map[a2a.TaskID]bool{}, 0
	for token := ""; ; {
		page, err := p.client.ListTasks(ctx, &a2a.ListTasksRequest{ContextID: first.context, PageSize: 2, PageToken: token})
		if err != nil {
			return nil, err
		}
		pages = append(pages, len(page.Tasks))
		for _, task := range page.Tasks {
			ids[task.ID] = true
		}
		total, token = page.TotalSize, page.NextPageToken
		if token == "" {
			return saw{"pages": pages, "total": total, "distinct": len(ids)}, nil
		}
	}
}

func (p *player) cancel() (saw, error) {
	state := ""
	var failed error
	told, err := p.read("long", func(told *seen) bool {
		if told.text() != "begun" || p.canceled != "" {
			return false
		}
		p.canceled = a2a.TaskID(told.id)
		ctx, stop := p.within()
		defer stop()
		var task *a2a.Task
		if task, failed = p.client.CancelTask(ctx, &a2a.CancelTaskRequest{ID: p.canceled}); failed == nil {
			state = seenTask(task).state
		}
		return false
	})
	if failed != nil {
		return nil, failed
	}
	if err != nil {
		return nil, err
	}
	return saw{"state": state, "stream": told.state}, nil
}

func (p *player) cancelAgain() (saw, error) {
	ctx, stop := p.within()
	defer stop()
	task, err := p.client.CancelTask(ctx, &a2a.CancelTaskRequest{ID: p.canceled})
	if err != nil {
		return saw{"error": errorName(err)}, nil
	}
	return saw{"state": seenTask(task).state}, nil
}

func (p *player) resubscribe() (saw, error) {
	cut, err := p.read("slow", func(told *seen) bool { return told.pieces == 3 })
	if err != nil {
		return nil, err
	}
	ctx, stop := p.within()
	defer stop()
	told, err := follow(p.client.SubscribeToTask(ctx, &a2a.SubscribeToTaskRequest{ID: a2a.TaskID(cut.id)}), nil)
	if err != nil {
		return nil, err
	}
	return told.done(), nil
}

func (p *player) question() (saw, error) {
	asked, err := p.say("ask")
	if err != nil {
		return nil, err
	}
	answer := text("blue")
	answer.TaskID, answer.ContextID = a2a.TaskID(asked.id), asked.context
	answered, err := ask(p.client, request(answer, true))
	if err != nil {
		return nil, err
	}
	return saw{
		"state": asked.state, "prompt": asked.prompt, "sameTask": asked.id == answered.id, "after": answered.done(),
	}, nil
}

func (p *player) questionStream() (saw, error) {
	told, err := p.read("ask", nil)
	if err != nil {
		return nil, err
	}
	return saw{"state": told.state, "prompt": told.prompt}, nil
}

func (p *player) failure() (saw, error) {
	task, err := p.say("fail")
	if err != nil {
		return nil, err
	}
	return saw{"state": task.state, "message": task.prompt}, nil
}

func (p *player) file() (saw, error) {
	bytes := make([]byte, 256)
	for index := range bytes {
		bytes[index] = byte(index)
	}
	sent := a2a.NewRawPart(bytes)
	sent.Filename, sent.MediaType = "all bytes.bin", "image/png"
	task, err := ask(p.client, request(message(a2a.NewTextPart("file"), sent), true))
	if err != nil {
		return nil, err
	}
	for _, part := range task.parts() {
		if raw := part.Raw(); raw != nil {
			return saw{
				"engine": task.text(), "name": part.Filename, "mediaType": part.MediaType, "sha": sha(raw),
			}, nil
		}
	}
	return nil, fmt.Errorf("no file came back, but %q", task.text())
}

func (p *player) bearer() (saw, error) {
	known, err := connect(p.over, tokensURL, token)
	if err != nil {
		return nil, err
	}
	task, err := ask(known, request(text("one"), true))
	if err != nil {
		return nil, err
	}
	stranger, err := connect(p.over, tokensURL, "")
	if err != nil {
		return nil, err
	}
	without := "refused"
	if _, err := ask(stranger, request(text("one"), true)); err == nil {
		without = "served"
	}
	return with(saw{"without": without}, task.done()), nil
}

func (p *player) extendedCard() (saw, error) {
	client, err := connect(p.over, tokensURL, token)
	if err != nil {
		return nil, err
	}
	ctx, stop := p.within()
	defer stop()
	card, err := client.GetExtendedAgentCard(ctx, &a2a.GetExtendedAgentCardRequest{})
	if err != nil {
		return nil, err
	}
	engine := false
	for _, skill := range card.Skills {
		engine = engine || skill.ID == "engine"
	}
	return saw{"name": card.Name, "engine": engine}, nil
}

func (p *player) notFound() (saw, error) {
	ctx, stop := p.within()
	defer stop()
	_, err := p.client.GetTask(ctx, &a2a.GetTaskRequest{ID: a2a.NewTaskID()})
	return saw{"error": errorName(err)}, nil
}

func (p *player) notCancelable() (saw, error) {
	sent, err := p.say("one")
	if err != nil {
		return nil, err
	}
	ctx, stop := p.within()
	defer stop()
	_, err = p.client.CancelTask(ctx, &a2a.CancelTaskRequest{ID: a2a.TaskID(sent.id)})
	return saw{"error": errorName(err)}, nil
}

func (p *player) streamError() (saw, error) {
	ctx, stop := p.within()
	defer stop()
	strange := text("one")
	strange.TaskID = a2a.NewTaskID()
	_, err := follow(p.client.SendStreamingMessage(ctx, request(strange, true)), nil)
	return saw{"error": errorName(err)}, nil
}

func (p *player) invalid() (saw, error) {
	_, err := ask(p.client, request(message(), true))
	return saw{"error": errorName(err)}, nil
}

use crate::seen::{Seen, bytes_of};
use crate::{Client, Saw, connect, report, setting};
use a2a::*;
use futures::StreamExt;
use futures::stream::BoxStream;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::Duration;

type Events = BoxStream<'static, Result<StreamResponse, A2AError>>;

pub struct Player {
    pub over: String,
    pub client: Client,
}

impl Player {
    pub fn new(over: String, client: Client) -> Player {
        Player { over, client }
    }

    pub async fn play_all(self) {
        let over = self.over.clone();
        report("send", &over, self.send().await);
        report("poll", &over, self.poll().await);
        report("stream", &over, self.stream().await);
        report("get", &over, self.get().await);
        report("list", &over, self.list().await);
        report("cancel", &over, self.cancel().await);
        report("cancel-again", &over, self.cancel_again().await);
        report("resubscribe", &over, self.resubscribe().await);
        report("question", &over, self.question().await);
        report("question-stream", &over, self.question_stream().await);
        report("failure", &over, self.failure().await);
        report("file", &over, self.file().await);
        report("bearer", &over, self.bearer().await);
        report("extended-card", &over, self.extended_card().await);
        report("not-found", &over, error_of(self.task(&new_task_id()).await));
        report("not-cancelable", &over, self.not_cancelable().await);
        report("stream-error", &over, self.stream_error().await);
        report("invalid", &over, error_of(ask(&self.client, request(vec![], true)).await));
        report("push", &over, self.push().await);
        report("push-list", &over, self.push_list().await);
        report("crash", &over, self.crash().await);
    }

    pub async fn say(&self, text: &str) -> Result<Seen, A2AError> {
        ask(&self.client, request(vec![Part::text(text)], true)).await
    }

    /// Answers the question of a task.
    pub async fn answer(&self, asked: &Seen) -> Result<Seen, A2AError> {
        let mut answer = request(vec![Part::text("blue")], true);
        answer.message.task_id = Some(asked.id.as_str().into());
        answer.message.context_id = Some(asked.context.clone());
        ask(&self.client, answer).await
    }

    async fn open(&self, text: &str) -> Result<Events, A2AError> {
        self.client.send_streaming_message(&request(vec![Part::text(text)], true)).await
    }

    async fn task(&self, id: &str) -> Result<Seen, A2AError> {
        let request = GetTaskRequest { id: id.into(), history_length: Some(10), tenant: None };
        self.client.get_task(&request).await.map(Seen::of)
    }

    async fn stop(&self, id: &str) -> Result<Seen, A2AError> {
        let request = CancelTaskRequest { id: id.into(), metadata: None, tenant: None };
        self.client.cancel_task(&request).await.map(Seen::of)
    }

    async fn send(&self) -> Saw {
        Ok(self.say("one").await?.done())
    }

    async fn poll(&self) -> Saw {
        let first = ask(&self.client, request(vec![Part::text("late")], false)).await?;
        let mut task = self.task(&first.id).await?;
        while !task.is_final() {
            tokio::time::sleep(Duration::from_millis(50)).await;
            task = self.task(&first.id).await?;
        }
        Ok(with(task.done(), "early", json!(!first.is_final())))
    }

    async fn stream(&self) -> Saw {
        let told = follow(self.open("many").await?, |_| false).await?;
        let pieces = if told.pieces > 1 { json!("several") } else { json!(told.pieces) };
        Ok(with(told.done(), "pieces", pieces))
    }

    async fn get(&self) -> Saw {
        let task = self.task(&self.say("one").await?.id).await?;
        Ok(with(task.done(), "asked", json!(task.asked)))
    }

    async fn list(&self) -> Saw {
        let context = self.say("one").await?.context;
        for _ in 0..2 {
            let mut more = request(vec![Part::text("one")], true);
            more.message.context_id = Some(context.clone());
            ask(&self.client, more).await?;
        }
        let (mut pages, mut ids, mut next) = (vec![], std::collections::HashSet::new(), None);
        loop {
            let request = ListTasksRequest {
                context_id: Some(context.clone()),
                status: None,
                page_size: Some(2),
                page_token: next,
                history_length: None,
                status_timestamp_after: None,
                include_artifacts: None,
                tenant: None,
            };
            let page = self.client.list_tasks(&request).await?;
            pages.push(page.tasks.len());
            ids.extend(page.tasks.into_iter().map(|task| task.id));
            if page.next_page_token.is_empty() {
                return Ok(json!({ "pages": pages, "total": page.total_size, "distinct": ids.len() }));
            }
            next = Some(page.next_page_token);
        }
    }

    async fn cancel(&self) -> Saw {
        let mut events = self.open("long").await?;
        let mut told = Seen::default();
        let mut state = String::new();
        while let Some(event) = events.next().await {
            told.take(event?);
            if told.text() == "begun" && state.is_empty() {
                state = self.stop(&told.id).await?.state;
            }
        }
        Ok(json!({ "state": state, "stream": told.state }))
    }

    async fn cancel_again(&self) -> Saw {
        let running = ask(&self.client, request(vec![Part::text("long")], false)).await?;
        self.stop(&running.id).await?;
        Ok(json!({ "state": self.stop(&running.id).await?.state }))
    }

    async fn resubscribe(&self) -> Saw {
        let cut = follow(self.open("slow").await?, |told| told.pieces == 3).await?;
        let request = SubscribeToTaskRequest { id: cut.id.as_str().into(), tenant: None };
        let told = follow(self.client.subscribe_to_task(&request).await?, |_| false).await?;
        Ok(told.done())
    }

    async fn question(&self) -> Saw {
        let asked = self.say("ask").await?;
        let answered = self.answer(&asked).await?;
        let is_same = asked.id == answered.id;
        Ok(json!({ "state": asked.state, "prompt": asked.prompt, "sameTask": is_same, "after": answered.done() }))
    }

    async fn question_stream(&self) -> Saw {
        let told = follow(self.open("ask").await?, |_| false).await?;
        Ok(json!({ "state": told.state, "prompt": told.prompt }))
    }

    async fn failure(&self) -> Saw {
        let task = self.say("fail").await?;
        Ok(json!({ "state": task.state, "message": task.prompt }))
    }

    async fn file(&self) -> Saw {
        let bytes: Vec<u8> = (0..=255).collect();
        let part = Part::raw(bytes).with_filename("all bytes.bin").with_media_type("image/png");
        let task = ask(&self.client, request(vec![Part::text("file"), part], true)).await?;
        let parts = task.parts();
        let back = parts.iter().find_map(|part| bytes_of(part).map(|bytes| (part, bytes)));
        let (part, bytes) = back.ok_or_else(|| A2AError::internal("no file came back"))?;
        let sha: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(json!({ "engine": task.text(), "name": part.filename, "mediaType": part.media_type, "sha": sha }))
    }

    async fn bearer(&self) -> Saw {
        let url = setting("TOKENS_URL");
        let known = connect(&self.over, &url, Some(setting("TOKEN"))).await?;
        let task = ask(&known, request(vec![Part::text("one")], true)).await?;
        let stranger = connect(&self.over, &url, None).await?;
        let refused = ask(&stranger, request(vec![Part::text("one")], true)).await.is_err();
        Ok(with(task.done(), "without", json!(if refused { "refused" } else { "served" })))
    }

    async fn extended_card(&self) -> Saw {
        let client = connect(&self.over, &setting("TOKENS_URL"), Some(setting("TOKEN"))).await?;
        let card = client.get_extended_agent_card(&GetExtendedAgentCardRequest { tenant: None }).await?;
        let engine = card.skills.iter().any(|skill| skill.id == "engine");
        Ok(json!({ "name": card.name, "engine": engine }))
    }

    async fn not_cancelable(&self) -> Saw {
        let done = self.say("one").await?;
        error_of(self.stop(&done.id).await)
    }

    async fn stream_error(&self) -> Saw {
        let mut strange = request(vec![Part::text("one")], true);
        strange.message.task_id = Some(new_task_id());
        match self.client.send_streaming_message(&strange).await {
            Ok(events) => error_of(follow(events, |_| false).await),
            Err(error) => error_of(Err(error)),
        }
    }
}

pub fn request(parts: Vec<Part>, is_blocking: bool) -> SendMessageRequest {
    SendMessageRequest {
        message: Message::new(Role::User, parts),
        configuration: Some(SendMessageConfiguration {
            accepted_output_modes: None,
            task_push_notification_config: None,
            history_length: None,
            return_immediately: Some(!is_blocking),
        }),
        metadata: None,
        tenant: None,
    }
}

async fn ask(client: &Client, request: SendMessageRequest) -> Result<Seen, A2AError> {
    match client.send_message(&request).await? {
        SendMessageResponse::Task(task) => Ok(Seen::of(task)),
        SendMessageResponse::Message(_) => Err(A2AError::internal("a message instead of a task")),
    }
}

/// Applies a stream's events; ends early if `is_enough` says so.
pub async fn follow(mut events: Events, is_enough: impl Fn(&Seen) -> bool) -> Result<Seen, A2AError> {
    let mut told = Seen::default();
    while let Some(event) = events.next().await {
        told.take(event?);
        if is_enough(&told) {
            break;
        }
    }
    Ok(told)
}

fn error_of(result: Result<Seen, A2AError>) -> Saw {
    let name = match result {
        Ok(task) => format!("none, but {}", task.done()),
        Err(error) => match error.code {
            error_code::TASK_NOT_FOUND => "TaskNotFound".into(),
            error_code::TASK_NOT_CANCELABLE => "TaskNotCancelable".into(),
            error_code::INVALID_PARAMS => "InvalidParams".into(),
            code => format!("{code}: {}", error.message),
        },
    };
    Ok(json!({ "error": name }))
}

pub fn with(mut report: Value, name: &str, value: Value) -> Value {
    report[name] = value;
    report
}

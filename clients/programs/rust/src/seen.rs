use a2a::{Artifact, Part, PartContent, StreamResponse, Task, TaskState, TaskStatus};
use serde_json::{Value, json};

/// A task as the events of a stream make it.
#[derive(Default)]
pub struct Seen {
    pub id: String,
    pub context: String,
    pub state: String,
    pub prompt: String,
    pub asked: String,
    pub artifacts: Vec<Artifact>,
    pub pieces: usize,
}

impl Seen {
    pub fn of(task: Task) -> Seen {
        let mut seen = Seen::default();
        seen.take_task(task);
        seen
    }

    pub fn take(&mut self, event: StreamResponse) {
        match event {
            StreamResponse::Task(task) => self.take_task(task),
            StreamResponse::StatusUpdate(update) => self.take_status(update.status),
            StreamResponse::ArtifactUpdate(update) => {
                self.pieces += 1;
                self.put(update.artifact, update.append.unwrap_or(false));
            }
            StreamResponse::Message(_) => panic!("a message instead of a task"),
        }
    }

    fn take_task(&mut self, task: Task) {
        self.id = task.id.to_string();
        self.context = task.context_id;
        self.artifacts = task.artifacts.unwrap_or_default();
        if let Some(first) = task.history.unwrap_or_default().first() {
            self.asked = text_of(&first.parts);
        }
        self.take_status(task.status);
    }

    fn take_status(&mut self, status: TaskStatus) {
        self.state = state_name(&status.state);
        self.prompt = status.message.map(|message| text_of(&message.parts)).unwrap_or_default();
    }

    fn put(&mut self, artifact: Artifact, is_appended: bool) {
        match self.artifacts.iter_mut().find(|known| known.artifact_id == artifact.artifact_id) {
            Some(known) if is_appended => known.parts.extend(artifact.parts),
            Some(known) => *known = artifact,
            None => self.artifacts.push(artifact),
        }
    }

    pub fn parts(&self) -> Vec<Part> {
        self.artifacts.iter().flat_map(|artifact| artifact.parts.clone()).collect()
    }

    pub fn text(&self) -> String {
        text_of(&self.parts())
    }

    pub fn done(&self) -> Value {
        json!({ "state": self.state, "text": self.text() })
    }

    pub fn is_final(&self) -> bool {
        ["completed", "failed", "canceled", "rejected"].contains(&self.state.as_str())
    }
}

fn state_name(state: &TaskState) -> String {
    let name = serde_json::to_value(state).expect("a state has a name");
    let name = name.as_str().unwrap_or_default().trim_start_matches("TASK_STATE_");
    name.to_lowercase().replace('_', "-")
}

pub fn text_of(parts: &[Part]) -> String {
    parts.iter().filter_map(Part::as_text).collect()
}

pub fn bytes_of(part: &Part) -> Option<Vec<u8>> {
    match &part.content {
        PartContent::Raw(bytes) => Some(bytes.clone()),
        _ => None,
    }
}

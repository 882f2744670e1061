//! An agent that is killed in the middle of a stream.
use crate::operations::{Player, follow, request, with};
use crate::push::broke;
use crate::seen::Seen;
use crate::{Saw, connect, setting};
use a2a::*;
use futures::StreamExt;
use serde_json::json;

impl Player {
    /// Kills the agent in the middle of a stream and subscribes to the task when the agent serves again.
    pub async fn crash(&self) -> Saw {
        let client = connect(&self.over, &setting("CRASHING_URL"), None).await?;
        let mut events = client.send_streaming_message(&request(vec![Part::text("slow")], true)).await?;
        let mut told = Seen::default();
        let mut is_killed = false;
        // The stream may end with any error, if it was cut.
        while let Some(Ok(event)) = events.next().await {
            told.take(event);
            if told.pieces == 3 && !is_killed {
                is_killed = true;
                kill().await.map_err(|error| broke(&error))?;
            }
        }
        let request = SubscribeToTaskRequest { id: told.id.as_str().into(), tenant: None };
        let after = follow(client.subscribe_to_task(&request).await?, |_| false).await?;
        Ok(with(after.done(), "cut", json!(is_killed && !told.is_final())))
    }
}

/// Returns when the agent that it has killed serves again.
async fn kill() -> Result<(), reqwest::Error> {
    reqwest::Client::new().post(setting("CRASH_URL")).send().await?.error_for_status()?;
    Ok(())
}

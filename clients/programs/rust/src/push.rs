//! Push configurations, and what the receiver of the run got.
use crate::operations::Player;
use crate::{Saw, setting};
use a2a::*;
use serde_json::{Value, json};

impl Player {
    /// Sets a configuration for a task that waits for an answer, reads it, and asks the receiver what came.
    pub async fn push(&self) -> Saw {
        let asked = self.say("ask").await?;
        let url = format!("{}/{}", setting("RECEIVER_URL"), asked.id);
        self.client.create_push_config(&config(&asked.id, "first", &url)).await?;
        let request =
            GetTaskPushNotificationConfigRequest { task_id: asked.id.as_str().into(), id: "first".into(), tenant: None };
        let got = self.client.get_push_config(&request).await?;
        self.answer(&asked).await?;
        let is_same = got.id.as_deref() == Some("first") && got.url == url;
        Ok(json!({ "got": is_same, "received": received_at(&url).await.map_err(|error| broke(&error))? }))
    }

    pub async fn push_list(&self) -> Saw {
        let task = self.say("ask").await?.id;
        let url = format!("{}/none", setting("RECEIVER_URL"));
        for id in ["first", "second"] {
            self.client.create_push_config(&config(&task, id, &url)).await?;
        }
        let listed = self.push_ids(&task).await?;
        let request = DeleteTaskPushNotificationConfigRequest {
            task_id: task.as_str().into(),
            id: "second".into(),
            tenant: None,
        };
        self.client.delete_push_config(&request).await?;
        Ok(json!({ "listed": listed, "left": self.push_ids(&task).await? }))
    }

    async fn push_ids(&self, task: &str) -> Result<Vec<String>, A2AError> {
        let request = ListTaskPushNotificationConfigsRequest {
            task_id: task.into(),
            page_size: None,
            page_token: None,
            tenant: None,
        };
        let page = self.client.list_push_configs(&request).await?;
        let mut ids: Vec<String> = page.configs.into_iter().filter_map(|config| config.id).collect();
        ids.sort();
        Ok(ids)
    }
}

fn config(task: &str, id: &str, url: &str) -> TaskPushNotificationConfig {
    TaskPushNotificationConfig {
        task_id: task.into(),
        id: Some(id.into()),
        url: url.into(),
        token: Some("push-token".into()),
        authentication: Some(AuthenticationInfo {
            scheme: "Bearer".into(),
            credentials: Some("push-credentials".into()),
        }),
        tenant: None,
    }
}

/// Waits for the end of the task that was notified to the URL.
async fn received_at(url: &str) -> Result<Value, reqwest::Error> {
    reqwest::get(url).await?.error_for_status()?.json().await
}

pub fn broke(error: &reqwest::Error) -> A2AError {
    A2AError::internal(format!("a server of the run: {error}"))
}

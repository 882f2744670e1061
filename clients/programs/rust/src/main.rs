//! Plays every operation with the official Rust client.
mod crash;
mod operations;
mod push;
mod seen;

use a2a::{A2AError, AgentCard, SecurityScheme};
use a2a_client::agent_card::AgentCardResolver;
use a2a_client::auth::AuthInterceptor;
use a2a_client::{A2AClient, A2AClientFactory, Transport};
use a2a_grpc::GrpcTransportFactory;
use operations::Player;
use serde_json::{Value, json};
use std::env::var;
use std::sync::Arc;

pub type Client = A2AClient<Box<dyn Transport>>;
pub type Saw = Result<Value, A2AError>;

#[tokio::main]
async fn main() {
    let overs: Vec<String> = serde_json::from_str(&setting("OVER")).expect("OVER is a list");
    for over in overs {
        report("card", &over, read_card().await);
        report("card-tokens", &over, read_tokens_card().await);
        let client = connect(&over, &setting("OPEN_URL"), None).await.expect("the client connects");
        Player::new(over, client).play_all().await;
    }
}

pub fn setting(name: &str) -> String {
    var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

pub fn report(operation: &str, over: &str, saw: Saw) {
    // The report begins with the operation.
    let rest = match saw {
        Ok(saw) => format!(r#""saw":{saw}"#),
        Err(error) => format!(r#""broke":{}"#, json!(format!("{}: {}", error.code, error.message))),
    };
    println!(r#"{{"operation":{},"over":{},{rest}}}"#, json!(operation), json!(over));
}

async fn read_card() -> Saw {
    let card = card(&setting("OPEN_URL")).await?;
    Ok(json!({ "name": card.name, "streaming": card.capabilities.streaming }))
}

async fn read_tokens_card() -> Saw {
    let card = card(&setting("TOKENS_URL")).await?;
    let schemes = card.security_schemes.unwrap_or_default();
    let scheme = schemes.values().find_map(|scheme| match scheme {
        SecurityScheme::HttpAuth(http) => Some(http.scheme.to_lowercase()),
        _ => None,
    });
    Ok(json!({ "name": card.name, "scheme": scheme }))
}

async fn card(url: &str) -> Result<AgentCard, A2AError> {
    AgentCardResolver::new(None).resolve(url).await
}

/// A client for one binding and version; the token, if any, is sent with each call.
pub async fn connect(over: &str, url: &str, token: Option<String>) -> Result<Client, A2AError> {
    let mut card = card(url).await?;
    card.supported_interfaces
        .retain(|offered| format!("{} {}", offered.protocol_binding, offered.protocol_version) == over);
    let mut builder = A2AClientFactory::builder().register(Arc::new(GrpcTransportFactory::new()));
    if let Some(token) = token {
        builder = builder.with_interceptor(Arc::new(AuthInterceptor::bearer(token)));
    }
    builder.build().create_from_card(&card).await
}

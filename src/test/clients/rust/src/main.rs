//! Subscribes to an address with one of the libraries, as its README shows, and prints each update.

use eventsource_client::{Client, ClientBuilder, ReconnectOptions, SSE};
use eventsource_stream::Eventsource;
use futures_util::{StreamExt, TryStreamExt};
use reqwest_eventsource::{Event, EventSource};
use std::error::Error;
use std::io::Write;
use std::time::Duration;

fn show(id: &str, event: &str, data: &str) {
    if event.starts_with("outpour.") {
        return;
    }
    let mut out = std::io::stdout();
    let shown = if data.is_empty() {
        writeln!(out, "an empty event")
    } else {
        writeln!(out, "{id} {data}")
    };
    shown.and_then(|()| out.flush()).expect("standard output");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let address = &arguments[2];
    match arguments[1].as_str() {
        "ld-rust" => {
            let transport = launchdarkly_sdk_transport::HyperTransport::builder()
                .connect_timeout(Duration::from_secs(10))
                .read_timeout(Duration::from_secs(45))
                .build_http()?;
            let options = ReconnectOptions::reconnect(true)
                .retry_initial(true)
                .delay(Duration::from_millis(100))
                .delay_max(Duration::from_secs(1))
                .build();
            let client = ClientBuilder::for_url(address)?
                .reconnect(options)
                .build_with_transport(transport);
            let mut stream = client.stream();
            while let Some(item) = stream.next().await {
                match item {
                    Ok(SSE::Event(event)) => show(
                        &event.id.unwrap_or_default(),
                        &event.event_type,
                        &event.data,
                    ),
                    Ok(_) => {}
                    Err(broken) => eprintln!("The connection broke: {broken:?}"),
                }
            }
        }
        "rq-es" => {
            let mut source = EventSource::get(address);
            while let Some(item) = source.next().await {
                match item {
                    Ok(Event::Open) => {}
                    Ok(Event::Message(message)) => show(&message.id, &message.event, &message.data),
                    Err(broken) => eprintln!("The connection broke: {broken}"),
                }
            }
        }
        "es-stream" => {
            let (mut last, mut retry) = (String::new(), Duration::from_millis(500));
            loop {
                let request = reqwest::Client::new()
                    .get(address)
                    .header("Last-Event-ID", &last);
                if let Ok(answer) = request.send().await {
                    let mut events = answer.bytes_stream().eventsource();
                    while let Some(Ok(event)) = events.next().await {
                        show(&event.id, &event.event, &event.data);
                        last = event.id;
                        retry = event.retry.unwrap_or(retry);
                    }
                }
                tokio::time::sleep(retry).await;
            }
        }
        "sse-codec" => {
            let (mut last, mut pause) = (String::new(), Duration::from_millis(500));
            loop {
                let request = reqwest::Client::new()
                    .get(address)
                    .header("Last-Event-ID", &last);
                if let Ok(answer) = request.send().await {
                    let bytes = answer.bytes_stream().map_err(std::io::Error::other);
                    let mut events = sse_codec::decode_stream(bytes.into_async_read());
                    while let Ok(Some(event)) = events.try_next().await {
                        match event {
                            sse_codec::Event::Retry { retry } => {
                                pause = Duration::from_millis(retry);
                            }
                            sse_codec::Event::Message { id, event, data } => {
                                show(id.as_deref().unwrap_or_default(), &event, &data);
                                last = id.unwrap_or(last);
                            }
                        }
                    }
                }
                tokio::time::sleep(pause).await;
            }
        }
        "sse-client" => {
            let source = sse_client::EventSource::new(address)?;
            for event in source.receiver() {
                match event.type_.as_str() {
                    "error" => eprintln!("The connection broke: {}", event.data),
                    _ => show(&event.id, &event.type_, &event.data),
                }
            }
        }
        other => return Err(format!("no library {other}").into()),
    }
    Ok(())
}

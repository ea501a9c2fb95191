//! Explanations by the chat API: matches of one CV together, each request's cost reserved before and settled after, and this program's
//! own text wherever the model's cannot be had or does not stand the check.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::time::Instant;
use uuid::Uuid;

use super::explaining::{Explained, Sources};
use super::{Pipeline, computed};
use crate::db::DbError;
use crate::db::chat_call::{ChatCallEnd, NewChatCall};
use crate::domain::Explanation;
use crate::explanation::chat::{self, Chat, ChatAnswer, Prompt};
use crate::model_api::{ModelApiError, Retries, Retryable, retrying};
use crate::telemetry::instruments;

/// Requests of one batch that are on their way at once.
const AT_ONCE: usize = 4;
/// With less time than this nothing is asked any more.
const LEAST_TIME: Duration = Duration::from_secs(1);

/// Why the model wrote nothing.
#[derive(Debug, thiserror::Error)]
enum ChatFailure {
    #[error(transparent)]
    Api(#[from] ModelApiError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("the day's budget for the chat API is used up")]
    OverBudget,
    #[error("there is no time left to ask the chat API")]
    NoTime,
}

impl Retryable for ChatFailure {
    fn is_retryable(&self) -> bool {
        matches!(self, Self::Api(error) if error.is_retryable())
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api(error) => error.retry_after(),
            _ => None,
        }
    }
}

impl Pipeline {
    /// Puts the model's texts in the place of the local ones, as far as they come before the deadline and stand the check.
    pub(super) async fn explain_by_chat(
        &self,
        chat: &Arc<Chat>,
        sources: &Arc<Sources>,
        explained: &mut [Explained],
        deadline: Instant,
    ) {
        let mut of_cv: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (index, one) in explained.iter().enumerate() {
            of_cv.entry(one.cv_id).or_default().push(index);
        }
        let batches = of_cv.into_values().flat_map(|all| {
            all.chunks(chat.settings.matches_per_call).map(<[usize]>::to_vec).collect::<Vec<_>>()
        });
        let asked = batches.map(|batch| {
            let texts: Vec<Explained> = batch.iter().map(|index| explained[*index].clone()).collect();
            let (chat, sources) = (chat.clone(), sources.clone());
            async move { (batch, self.texts(&chat, &sources, texts, deadline).await) }
        });
        let asked: Vec<_> = asked.collect();
        let answers: Vec<_> = futures_util::stream::iter(asked).buffer_unordered(AT_ONCE).collect().await;
        for (batch, texts) in answers {
            for (index, text) in batch.into_iter().zip(texts) {
                if let Some(text) = text {
                    explained[index].explanation = text;
                }
            }
        }
    }

    /// For each match the model's text, if there is one that may be shown.
    async fn texts(
        &self,
        chat: &Arc<Chat>,
        sources: &Arc<Sources>,
        matches: Vec<Explained>,
        deadline: Instant,
    ) -> Vec<Option<Explanation>> {
        let count = matches.len();
        let none = || (0..count).map(|_| None).collect();
        let (one_chat, of, batch) = (chat.clone(), sources.clone(), matches.clone());
        let Ok(prompt) = computed(move || chat::prompt(&of.to_explain(&batch), &one_chat.settings)).await
        else {
            return none();
        };
        let asked =
            retrying(Retries::default(), deadline, |left| self.ask_once(chat, &prompt, count, left)).await;
        let (id, answer) = match asked {
            Ok(answered) => answered,
            Err(ChatFailure::OverBudget) => {
                tracing::info!(
                    matches = count,
                    "the chat API's budget of the day is used up; explained locally"
                );
                return none();
            }
            Err(error) => {
                tracing::warn!(%error, matches = count, "the chat API wrote nothing; explained locally");
                return none();
            }
        };
        let (model, of, sent) = (chat.model().to_owned(), sources.clone(), prompt.sent);
        let checked = computed(move || checked(&answer.content, &of, &matches, &sent, &model)).await;
        let Ok((texts, faults)) = checked else { return none() };
        let accepted = texts.iter().flatten().count();
        tracing::info!(
            model = chat.model(),
            matches = count,
            accepted,
            ?faults,
            "the chat API explained matches"
        );
        if let Err(error) = self.db.judge_chat_call(id, accepted as i32, &faults).await {
            tracing::warn!(%error, "what became of the chat API's answer could not be written down");
        }
        texts
    }

    /// One request: reserved, sent, settled.
    async fn ask_once(
        &self,
        chat: &Chat,
        prompt: &Prompt,
        matches: usize,
        left: Duration,
    ) -> Result<(Uuid, ChatAnswer), ChatFailure> {
        // A request that is cut off at once is charged all the same.
        if left < LEAST_TIME {
            return Err(ChatFailure::NoTime);
        }
        let settings = &chat.settings;
        let estimated = chat::micros(settings, prompt.input_tokens, prompt.output_tokens);
        let number = |number: u64| i32::try_from(number).unwrap_or(i32::MAX);
        let call = NewChatCall {
            id: Uuid::now_v7(),
            model: chat.model(),
            matches: matches as i32,
            estimated_input_tokens: number(prompt.input_tokens),
            estimated_micros: estimated,
        };
        // Rounded down: a budget is not passed by the last millionth either.
        let budget = settings.daily_budget.map(|budget| (budget * 1e6).floor() as i64);
        if !self.db.reserve_chat_call(&call, budget).await? {
            instruments::chat_call_over_budget();
            return Err(ChatFailure::OverBudget);
        }
        let started = Instant::now();
        let asked = chat.ask(prompt, left).await;
        let mut end = ChatCallEnd {
            duration_ms: number(started.elapsed().as_millis() as u64),
            ..ChatCallEnd::default()
        };
        match &asked {
            Ok(answer) => {
                let usage = answer.usage;
                end.input_tokens = usage.map(|usage| number(usage.prompt_tokens));
                end.output_tokens = usage.map(|usage| number(usage.completion_tokens));
                end.cost_micros = usage.map_or(estimated, |usage| {
                    chat::micros(settings, usage.prompt_tokens, usage.completion_tokens)
                });
            }
            Err(error) => {
                end.error = Some(error.kind());
                end.cost_micros = if error.may_be_charged() { estimated } else { 0 };
            }
        }
        let tokens = |count: Option<i32>| count.map_or(0, |count| u64::from(count.unsigned_abs()));
        instruments::chat_call(
            asked.is_ok(),
            started.elapsed().as_secs_f64(),
            tokens(end.input_tokens),
            tokens(end.output_tokens),
            end.cost_micros.unsigned_abs(),
        );
        self.db.end_chat_call(call.id, &end).await?;
        Ok((call.id, asked?))
    }
}

/// The texts that stand the check, and the faults of those that do not.
fn checked(
    content: &str,
    sources: &Sources,
    matches: &[Explained],
    sent: &[Vec<String>],
    model: &str,
) -> (Vec<Option<Explanation>>, Vec<&'static str>) {
    let Some(mut written) = chat::read(content) else {
        return (matches.iter().map(|_| None).collect(), vec!["unreadable"; matches.len()]);
    };
    let mut faults = Vec::new();
    let mut texts = Vec::with_capacity(matches.len());
    for (index, (one, sent)) in sources.to_explain(matches).iter().zip(sent).enumerate() {
        let written = written.remove(&(index + 1)).ok_or(chat::Fault::Missing);
        match written.and_then(|written| chat::check(&written, one, sent).map(|()| written)) {
            Ok(written) => texts.push(Some(chat::explanation(written, one.local, model))),
            Err(fault) => {
                faults.push(fault.as_str());
                texts.push(None);
            }
        }
    }
    (texts, faults)
}

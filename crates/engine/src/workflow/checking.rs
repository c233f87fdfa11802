//! Does a workflow file hang together? Asked when it is read, so that no run finds out later.

use fermata_model::ActionKind;

use super::decide::unproposable;
use super::expression::Expressions;
use super::file::Workflow;
use crate::Error;
use crate::runs::orphan;

/// The kinds of action whose fields a workflow knows how to fill in.
const FILLED_IN: [ActionKind; 6] = [
    ActionKind::OrderRefund,
    ActionKind::TicketReply,
    ActionKind::TicketNote,
    ActionKind::MarketingHold,
    ActionKind::MarketingRelease,
    ActionKind::MarketingFollowUp,
];

impl Workflow {
    /// Reads a file and checks that it hangs together.
    ///
    /// Errors: [`Error::Workflow`] with the line for unknown keys and wrong values, with the step
    /// for dangling names, with the text for expressions that do not parse.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let workflow: Self = serde_saphyr::from_str(text)
            .map_err(|error| Error::Workflow { workflow: "file".to_owned(), detail: error.to_string() })?;
        workflow.check().map_err(|detail| Error::Workflow { workflow: workflow.id.clone(), detail })?;
        Ok(workflow)
    }

    fn check(&self) -> Result<(), String> {
        let known = |id: &String| self.step(id).map(|_| ()).ok_or(format!("there is no step \"{id}\""));
        for (index, step) in self.act.iter().enumerate() {
            if self.act[..index].iter().any(|earlier| earlier.id == step.id) {
                return Err(format!("step \"{}\" is there twice", step.id));
            }
            if step.id == orphan::STEP {
                return Err(format!("step \"{}\" has a name that Fermata uses itself", step.id));
            }
            if step.action.is_some() == step.wait.is_some() {
                return Err(format!("step \"{}\" must either do or wait", step.id));
            }
            if let Some(kind) = step.action.filter(|kind| !FILLED_IN.contains(kind)) {
                return Err(format!("step \"{}\": {}", step.id, unproposable(kind)));
            }
            for earlier in step.needs.iter().chain(&step.after) {
                if !self.act[..index].iter().any(|s| s.id == *earlier && s.action.is_some()) {
                    return Err(format!(
                        "step \"{}\" names \"{earlier}\", which no action before it has",
                        step.id
                    ));
                }
            }
        }
        for choice in &self.decide.options {
            choice.steps.iter().try_for_each(known)?;
        }
        self.guard.still_true.iter().flat_map(|s| &s.steps).try_for_each(known)?;
        if !self.read.facts.contains(&self.trigger.each.of) {
            return Err(format!("the trigger needs {}, which are not read", self.trigger.each.of.name()));
        }
        for value in &self.read.values {
            if value.is.is_some() == (value.first_of.is_some() && value.fits.is_some()) {
                return Err(format!("value \"{}\" needs either is, or first_of and where", value.name));
            }
        }
        if self.hold.deadline_hours <= 0 {
            return Err("a deadline must be above zero".to_owned());
        }
        if self.learn.holdout_percent != 0 {
            return Err("holdout_percent must be 0: no case can be left alone for comparison yet".to_owned());
        }
        if self.act.iter().filter_map(|step| step.wait.as_ref()).any(|wait| wait.at_most_hours <= 0) {
            return Err("a wait must end some hours later".to_owned());
        }
        if self.learn.within_hours < 0 {
            return Err("what follows cannot be watched for less than no time".to_owned());
        }
        for caps in self.guard.per_action.iter().chain(&self.guard.per_workflow_day) {
            caps.check().map_err(|error| error.to_string())?;
        }
        let expressions = Expressions::new(jiff::tz::TimeZone::UTC, jiff::Timestamp::UNIX_EPOCH);
        self.expressions().try_for_each(|text| expressions.parses(text))?;
        self.sentences().try_for_each(|text| expressions.reads(text))
    }

    fn expressions(&self) -> impl Iterator<Item = &String> {
        let values = self.read.values.iter().flat_map(|v| v.is.iter().chain(&v.fits));
        let choices = self.decide.options.iter().flat_map(|c| c.when.iter().chain(&c.cost));
        let evidence = self.decide.evidence.iter().flat_map(|e| e.when.iter().chain(&e.at).chain(&e.record));
        let steps = self.act.iter().flat_map(|s| {
            let fields = [&s.with.order, &s.with.amount, &s.with.ticket, &s.with.profile, &s.with.link];
            s.when
                .iter()
                .chain(&s.key)
                .chain(s.wait.iter().map(|w| &w.until))
                .chain(fields.into_iter().flatten())
        });
        let still = self.guard.still_true.iter().map(|s| &s.when);
        self.trigger.when.iter().chain(values).chain(choices).chain(evidence).chain(steps).chain(still)
    }

    fn sentences(&self) -> impl Iterator<Item = &String> {
        let choices = self
            .decide
            .options
            .iter()
            .flat_map(|c| [&c.title, &c.because, &c.otherwise].into_iter().chain(&c.flip));
        let evidence = self.decide.evidence.iter().map(|e| &e.text);
        let steps = self.act.iter().flat_map(|s| {
            let fields = [&s.with.note, &s.with.text, &s.with.concern, &s.with.item, &s.because];
            fields.into_iter().flatten()
        });
        let still = self.guard.still_true.iter().map(|s| &s.otherwise);
        std::iter::once(&self.trigger.once_per).chain(choices).chain(evidence).chain(steps).chain(still)
    }
}

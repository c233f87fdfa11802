//! Refusals in the vendor's shapes: those of a whole request, those of one field, and `userErrors`.

use apollo_compiler::executable::Operation;
use apollo_compiler::parser::LineColumn;
use apollo_compiler::resolvers::FieldError;
use apollo_compiler::response::GraphQLError;
use apollo_compiler::validation::DiagnosticList;
use serde_json::{Value, json};

/// A refusal of one field, on its way through the executor, which knows only texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    code: &'static str,
    message: String,
    required: Option<String>,
}

/// Separates what a field error has to carry in one text.
const SEPARATOR: char = '\u{1f}';

impl Refusal {
    /// Refuses what no schema can forbid, such as `first: 251`.
    pub(crate) fn bad_request(message: &str) -> Self {
        Self { code: "BAD_REQUEST", message: message.to_owned(), required: None }
    }

    /// Refuses a field for want of a scope.
    pub(crate) fn no_access(field: &str, scope: &str) -> Self {
        let required = format!("`{scope}` access scope.");
        Self {
            code: "ACCESS_DENIED",
            message: format!("Access denied for {field} field. Required access: {required}"),
            required: Some(required),
        }
    }

    /// Refuses an input object that lacks what no schema demands.
    pub(crate) fn missing_argument(input: &str, member: &str) -> Self {
        Self {
            code: "INVALID_FIELD_ARGUMENTS",
            message: format!("{input} must include the following argument: {member}."),
            required: None,
        }
    }

    /// Refuses an id that names no kind of thing at all.
    pub(crate) fn invalid_id(id: &str) -> Self {
        Self { code: "RESOURCE_NOT_FOUND", message: format!("Invalid id: {id}"), required: None }
    }

    /// Returns the error as the vendor writes it.
    pub(crate) fn error(&self, locations: &Value, path: &Value) -> Value {
        let mut extensions = json!({ "code": self.code });
        if let Some(required) = &self.required {
            extensions["documentation"] = json!("https://shopify.dev/api/usage/access-scopes");
            extensions["requiredAccess"] = json!(required);
        }
        json!({ "message": self.message, "locations": locations, "extensions": extensions, "path": path })
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(SEPARATOR);
        let (code, message, required) = (parts.next()?, parts.next()?, parts.next()?);
        let code = ["BAD_REQUEST", "ACCESS_DENIED", "RESOURCE_NOT_FOUND", "INVALID_FIELD_ARGUMENTS"]
            .into_iter()
            .find(|known| *known == code)?;
        let required = (!required.is_empty()).then(|| required.to_owned());
        Some(Self { code, message: message.to_owned(), required })
    }
}

impl From<Refusal> for FieldError {
    fn from(refusal: Refusal) -> Self {
        let Refusal { code, message, required } = refusal;
        let required = required.unwrap_or_default();
        Self { message: format!("{code}{SEPARATOR}{message}{SEPARATOR}{required}") }
    }
}

/// Rewrites an error of the executor as the vendor would have answered it.
pub(crate) fn field_error(error: &GraphQLError) -> Value {
    let locations = json!(error.locations);
    let path = json!(error.path);
    let text = error.message.strip_prefix("resolver error: ").unwrap_or(&error.message);
    match Refusal::read(text) {
        Some(refusal) => refusal.error(&locations, &path),
        // Reached only if the practice store itself is wrong; said like the vendor's own failures.
        None => json!({
            "message": format!("Internal error. Looks like something went wrong on our end. ({text})"),
            "locations": locations,
            "path": path,
            "extensions": { "code": "INTERNAL_SERVER_ERROR" },
        }),
    }
}

/// Answers a document that does not fit the schema, error by error.
///
/// Messages and codes follow recorded answers; `path` names the operation only, where the vendor goes down to
/// the field.
pub(crate) fn invalid_document(errors: &DiagnosticList, operation: &str) -> Value {
    let errors: Vec<Value> = errors
        .iter()
        .map(|diagnostic| {
            let said =
                diagnostic.error.unstable_compat_message().unwrap_or_else(|| diagnostic.error.to_string());
            let (message, extensions) =
                reworded(diagnostic.error.unstable_error_name().unwrap_or_default(), &said);
            let locations: Vec<LineColumn> =
                diagnostic.line_column_range().map(|range| range.start).into_iter().collect();
            json!({
                "message": message,
                "locations": locations,
                "path": [operation],
                "extensions": extensions,
            })
        })
        .collect();
    json!({ "errors": errors })
}

/// Says what the validator found in the vendor's words.
fn reworded(name: &str, said: &str) -> (String, Value) {
    let quoted: Vec<&str> = said.split('"').skip(1).step_by(2).collect();
    match (name, quoted.as_slice()) {
        ("UndefinedField", [field, ty, ..]) => (
            format!("Field '{field}' doesn't exist on type '{ty}'"),
            json!({ "code": "undefinedField", "typeName": ty, "fieldName": field }),
        ),
        ("UndefinedArgument", [argument, on, ..]) => {
            let on = on.rsplit('.').next().unwrap_or(on).trim_end_matches("(:)");
            (
                format!("Field '{on}' doesn't accept argument '{argument}'"),
                json!({
                    "code": "argumentNotAccepted", "name": on, "typeName": "Field", "argumentName": argument,
                }),
            )
        }
        ("UndefinedInputValue", [field, ty, ..]) => (
            format!("InputObject '{ty}' doesn't accept argument '{field}'"),
            json!({
                "code": "argumentNotAccepted", "name": ty, "typeName": "InputObject", "argumentName": field,
            }),
        ),
        ("RequiredArgument", [on, argument, ..]) => {
            let kind = if said.starts_with("Directive") { "Directive" } else { "Field" };
            let on = on.trim_start_matches('@');
            (
                format!("{kind} '{on}' is missing required arguments: {argument}"),
                json!({
                    "code": "missingRequiredArguments", "className": kind, "name": on, "arguments": argument,
                }),
            )
        }
        ("UndefinedDirective", [directive, ..]) => {
            let directive = directive.trim_start_matches('@');
            (
                format!("Directive @{directive} is not defined"),
                json!({ "code": "undefinedDirective", "directiveName": directive }),
            )
        }
        ("UndefinedVariable", [variable, ..]) => (
            format!("Variable {variable} is used but not declared"),
            json!({ "code": "variableNotDefined", "variableName": variable.trim_start_matches('$') }),
        ),
        ("UnusedVariable", [variable, ..]) => (
            format!("Variable {variable} is declared but not used"),
            json!({ "code": "variableNotUsed", "variableName": variable.trim_start_matches('$') }),
        ),
        ("MissingSubselection", [field, ty, ..]) => (
            format!(
                "Field must have selections (field '{field}' returns {ty} but has no selections. Did you mean \
                 '{field} {{ ... }}'?)"
            ),
            json!({ "code": "selectionMismatch", "nodeName": format!("field '{field}'"), "typeName": ty }),
        ),
        ("SyntaxError" | "LimitExceeded" | "ParseError", _) => {
            (said.to_owned(), json!({ "code": "parseError" }))
        }
        _ => (said.to_owned(), json!({ "code": "invalidDocument" })),
    }
}

/// Answers variables that do not fit their types.
pub(crate) fn invalid_variables(error: &GraphQLError, operation: &Operation, variables: &Value) -> Value {
    // The executor says "Input object has key K not in type T"; the vendor names the variable and the field.
    let unknown = error
        .message
        .strip_prefix("Input object has key ")
        .and_then(|rest| rest.split_once(" not in type "))
        .map(|(key, ty)| (key, format!("Field is not defined on {ty}"), ty));
    let variable = operation.variables.iter().find(|variable| match &unknown {
        Some((_, _, ty)) => variable.ty.inner_named_type() == *ty,
        None => error.message.contains(variable.name.as_str()),
    });
    let (key, explanation) = match &unknown {
        Some((key, explanation, _)) => (Some(*key), explanation.as_str()),
        None => (None, error.message.as_str()),
    };
    let said = match (variable, key) {
        (Some(variable), Some(key)) => format!(
            "Variable ${} of type {} was provided invalid value for {key} ({explanation})",
            variable.name, variable.ty
        ),
        (Some(variable), None) => {
            format!("Variable ${} of type {} was provided invalid value", variable.name, variable.ty)
        }
        (None, _) => format!("Variable was provided invalid value: {explanation}"),
    };
    let value = variable.and_then(|variable| variables.get(variable.name.as_str())).unwrap_or(&Value::Null);
    json!({ "errors": [{
        "message": said,
        "locations": error.locations,
        "extensions": {
            "code": "INVALID_VARIABLE",
            "value": value,
            "problems": [{ "path": key.into_iter().collect::<Vec<_>>(), "explanation": explanation }],
        },
    }] })
}

/// Answers a query that asks for more than any bucket holds.
pub(crate) fn too_dear(points: u32, most: u32) -> Value {
    json!({ "errors": [{
        "message": format!(
            "Query cost is {points}, which exceeds the single query max cost limit ({most}).\n\nSee \
             https://shopify.dev/concepts/about-apis/rate-limits for more information on how the\ncost of a query \
             is calculated."
        ),
        "extensions": {
            "code": "MAX_COST_EXCEEDED",
            "cost": points,
            "maxCost": most,
            "documentation": "https://shopify.dev/api/usage/rate-limits",
        },
    }] })
}

/// Answers a query for which the bucket does not hold enough at the moment.
pub(crate) fn throttled(points: u32, status: &Value) -> Value {
    json!({
        "errors": [{
            "message": "Throttled",
            "extensions": { "code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits" },
        }],
        "extensions": { "cost": {
            "requestedQueryCost": points, "actualQueryCost": null, "throttleStatus": status,
        } },
    })
}

/// One refusal that a mutation gives with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UserError {
    /// Where in the input; `None` for the whole.
    pub(crate) field: Option<Vec<String>>,
    /// What, for a person.
    pub(crate) message: String,
    /// What, for a program, where the payload's errors have codes.
    pub(crate) code: Option<&'static str>,
}

impl UserError {
    /// Refuses something as a whole.
    pub(crate) fn whole(message: impl Into<String>) -> Self {
        Self { field: None, message: message.into(), code: None }
    }

    /// Refuses a place of the input.
    pub(crate) fn at(field: &[&str], message: impl Into<String>) -> Self {
        let field = Some(field.iter().map(|part| (*part).to_owned()).collect());
        Self { field, message: message.into(), code: None }
    }

    /// Gives it a code.
    pub(crate) fn coded(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }
}

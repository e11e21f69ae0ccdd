#include "projections/conversations/messages.hpp"

#include "domain/consent/auto_replies.hpp"
#include "projections/table/keys.hpp"

#include <limits>

namespace tidemark::projections {
namespace {

/// So that the newest comes first.
NumberPart<std::uint64_t> counted_down(Position position) {
  return NumberPart(std::numeric_limits<std::uint64_t>::max() - position.value);
}

void message_rows(const events::Envelope& at, const events::MessageObserved& e, RowBatch& rows) {
  const auto& message = e.message;
  rows.put(at.tenant, {"told", contact_of(at), counted_down(at.position)}, [&](RowJson& json) {
    json.origin(at)
        .text("source", message.source.value)
        .text("id", message.message_id)
        .texts("other_ids", message.other_ids, [](const auto& id) { return std::string_view(id); })
        .text("thread", message.conversation)
        .text("channel", events::name_of_enum(message.channel))
        .boolean("inbound", message.inbound)
        .text("address", message.their_address.reveal())
        .text("our_address", message.our_address)
        .text("subject", message.subject.reveal())
        .text("text", message.text.reveal())
        .number("attachments", message.attachments.size())
        .text("stated_at", message.stated_at)
        .text("status", events::name_of_enum(message.status))
        .text("error_code", message.error_code)
        .text("error_text", message.error_text)
        .text("agent", message.agent)
        .text("echo_of", e.echo_of.value)
        .boolean("listed", e.reason_code == Reason::said_before_import);
  });
}

/// What the service says itself: no system tells of it as its own.
void own_words_of(const events::MessageFacts& message, RowJson& json) {
  json.text("channel", events::name_of_enum(message.channel))
      .text("address", message.their_address.reveal())
      .text("our_address", message.our_address)
      .text("text", message.text.reveal())
      .text("stated_at", message.stated_at);
}

/// Messages alone; calls are notes over there.
void message_rows(const events::Envelope& at, const events::ActionIntended& e, RowBatch& rows) {
  const bool is_place =
      e.action == events::Action::log_message || e.action == events::Action::send_message;
  if (!is_place || !e.message)
    return;
  rows.put(at.tenant, {"shown", e.contact.value, e.delivery.value, "intent"}, [&](RowJson& json) {
    json.origin(at)
        .text("target", e.target.value)
        .text("action", events::name_of_enum(e.action))
        .text("source", e.message->source.value)
        .text("id", e.message->message_id);
    if (e.message->source == domain::own_words)
      own_words_of(*e.message, json);
  });
}

void message_rows(const events::Envelope& at, const events::ActionAccepted& e, RowBatch& rows) {
  if (e.action != events::Action::log_message && e.action != events::Action::send_message)
    return;
  rows.put(at.tenant, {"shown", e.contact.value, e.facts.delivery.value, "done"},
           [&](RowJson& json) {
             json.origin(at).text("id", e.result_id).text("thread", e.conversation);
           });
}

bool messages_want(std::string_view type) {
  return type == events::MessageObserved::name || type == events::ActionIntended::name
         || type == events::ActionAccepted::name;
}

void messages_rows(const events::Recorded& recorded, const Context&, RowBatch& rows) {
  std::visit(
      [&](const auto& event) {
        if constexpr (requires { message_rows(recorded.envelope, event, rows); })
          message_rows(recorded.envelope, event, rows);
      },
      recorded.event);
}

} // namespace

const Projection messages{"messages", 3, messages_want, messages_rows};

} // namespace tidemark::projections

#include "connectors/gohighlevel/actions.hpp"
#include "connectors/gohighlevel/parts.hpp"
#include "connectors/gohighlevel/record_attempt.hpp"
#include "connectors/shared/media_link.hpp"

namespace tidemark::connectors::gohighlevel {
namespace {

using domain::DeliveryVerdict;
using events::CallFacts;

constexpr std::size_t longest_transcript = 4'000; // bytes of it in a note; more is left out

std::string minutes(std::uint32_t seconds) {
  return std::to_string(seconds / 60) + "m " + std::to_string(seconds % 60) + "s";
}

/// Cut before the limit, at the start of a character.
std::string shortened(const std::string& text) {
  if (text.size() <= longest_transcript)
    return text;
  auto end = longest_transcript;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  return text.substr(0, end) + " [shortened]";
}

/// Last line of each note: finds it again after an answer that was lost.
std::string reference_of(const ActionWork& work) {
  const auto& call = *work.intent.call;
  const auto& repeats = work.intent.repeats; // under the name that the first one had
  const auto& delivery = repeats ? repeats->earlier.front() : work.intent.delivery;
  return "Ref: " + call.source.value + " call " + call.call_id
         + (work.intent.addition ? " +" + delivery.value : "");
}

void line(std::string& out, std::string_view name, const std::string& value) {
  if (!value.empty())
    out += std::string(name) + ": " + value + "\n";
}

/// People click on it.
std::string link_for_people(const PiiText& link) {
  if (link.reveal().empty() || is_public_link(link.reveal()))
    return link.reveal();
  return "left out: its link is not https, or does not lead to a public address";
}

/// Made or received, time, duration, disposition, links (requirement A1.3).
std::string note_of(const ActionWork& work) {
  const auto& call = *work.intent.call;
  std::string out;
  if (work.intent.addition) {
    out = "About the call of " + (call.started_at.empty() ? call.call_id : call.started_at) + "\n";
  } else {
    out = call.inbound ? "Call received\n" : "Call made\n";
    line(out, "Time", call.started_at);
    line(out, "Status", call.status);
    line(out, "Duration", minutes(call.duration_seconds));
    line(out, "Talk time", call.talk_seconds == 0 ? "" : minutes(call.talk_seconds));
    line(out, "Our number", call.our_number);
    line(out, "Agent", call.agent);
  }
  line(out, "Disposition", call.disposition);
  line(out, "Customer's rating", call.rating ? call.rating->score : "");
  line(out, "Recording", link_for_people(call.recording));
  line(out, "Voicemail", link_for_people(call.voicemail));
  line(out, "Summary", shortened(call.summary.reveal()));
  line(out, "Transcript", shortened(call.transcript.reveal()));
  return out + reference_of(work);
}

/// Not idempotent: after an outcome that is not known, the notes are looked through first. They
/// move with a record that is merged into another.
class NoteAttempt : public RecordAttempt {
  using RecordAttempt::RecordAttempt;

  NextStep begin() override {
    return work_.after_unknown
               ? Send{"list_notes", false, request_to(settings_, "GET", path() + "/notes", {})}
               : create();
  }

  NextStep after(const Exchange& exchange) override {
    if (is_gone(exchange.answer))
      return lost();
    return exchange.step == "list_notes" ? after_look(exchange.answer)
                                         : after_create(exchange.answer);
  }

  Send create() const {
    return Send{"create_note", true,
                request_to(settings_, "POST", path() + "/notes",
                           JsonObject{}.text("body", note_of(work_)).finish())};
  }

  NextStep after_look(const HttpAnswer& answer) const {
    if (auto judged = judge_vendor(answer, Effect::none))
      return Conclude{std::move(*judged)};
    const auto document = json::parse(answer.body);
    for (const auto& note : document.value()["notes"].items())
      if (const auto body = note["body"].text(); body && body->ends_with(reference_of(work_)))
        return accepted_as(note["id"].scalar().value_or(""), {}, true);
    return create();
  }

  static NextStep after_create(const HttpAnswer& answer) {
    if (auto judged = judge_vendor(answer, Effect::once))
      return Conclude{std::move(*judged)};
    const auto document = json::parse(answer.body);
    const auto root = document.value().root();
    auto id = root["note"]["id"].scalar().value_or(root["id"].scalar().value_or(""));
    if (id.empty())
      return conclude(DeliveryVerdict::unknown, Reason::answer_without_record);
    return accepted_as(std::move(id), {}, false);
  }
};

} // namespace

NextStep log_call(const ActionWork& work, const Settings& settings) {
  if (!work.intent.call || work.remote_id.value.empty())
    return conclude(DeliveryVerdict::rejected, Reason::no_record_there);
  return NoteAttempt(work, settings).run();
}

} // namespace tidemark::connectors::gohighlevel

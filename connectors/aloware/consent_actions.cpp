#include "connectors/aloware/parts.hpp"
#include "connectors/aloware/request.hpp"
#include "connectors/shared/outbound.hpp"
#include "domain/rules/normalise.hpp"

namespace tidemark::connectors::aloware {
namespace {

using domain::DeliveryVerdict;
using events::Field;

/// Aloware has no call that sets do-not-call or opted-out (README fact 3): what can be done from
/// outside is to take the person out of every sequence and dialer list, and to look at the marks.
/// Nothing else of ours writes to the person there: the send gate holds what goes through us.
class ConsentAttempt {
public:
  ConsentAttempt(const ActionWork& work, const Settings& settings)
      : work_(work), settings_(settings), phone_(work.intent.context.get(Field::phone)),
        id_(work.remote_id.value) {}

  NextStep run() {
    if (work_.intent.action == events::Action::opt_in)
      return conclude(DeliveryVerdict::accepted, Reason::lists_are_joined_by_people);
    auto first = phone_.empty()
                     ? (id_.empty() ? conclude(DeliveryVerdict::rejected, Reason::no_record_there)
                                    : leave_lists())
                     : lookup("lookup");
    return walk(std::move(first), work_.exchanges,
                [&](const Exchange& exchange) { return after(exchange); });
  }

private:
  Send post(std::string step, std::string_view path, std::string body) const {
    return {std::move(step), true, post_to(settings_, path, std::move(body))};
  }

  NextStep lookup(std::string step) const {
    return Send{std::move(step), false, contact_lookup(settings_, phone_)};
  }
  NextStep leave_sequences() const {
    return post("leave_sequences", "/webhook/sequence-disenroll",
                body_with_token(settings_)
                    .text("source", "phone_number")
                    .text("phone_number", phone_)
                    .finish());
  }
  NextStep leave_lists() const {
    auto body = body_with_token(settings_);
    add_id(body, "contact_id", id_);
    return post("leave_lists", "/webhook/powerdialer-remove-contact-from-lists", body.finish());
  }

  NextStep after(const Exchange& exchange) {
    const bool looks = exchange.step == "lookup" || exchange.step == "read_back";
    const auto& answer = exchange.answer;
    if (const auto judged = judge_common(answer, looks ? Effect::none : Effect::repeatable))
      return Conclude{*judged};
    const auto document = json::parse(answer.body);
    if (!is_json(answer) || !document)
      return Conclude{judge_unreadable(looks ? Effect::none : Effect::repeatable)};
    const auto root = document.value().root();
    if (exchange.step == "lookup")
      return after_lookup(answer, root);
    if (exchange.step == "read_back")
      return after_read_back(answer, root);
    // 400 and 404 say that the person was on none; anything else is a refusal.
    if (!is_success(answer) && answer.status != 400 && answer.status != 404)
      return Conclude{judge_refusal(answer)};
    if (exchange.step == "leave_sequences")
      return leave_lists();
    return phone_.empty() ? conclude(DeliveryVerdict::accepted, Reason::lists_left)
                          : lookup("read_back");
  }

  NextStep after_lookup(const HttpAnswer& answer, const json::Value& root) {
    if (answer.status == 404)
      return conclude(DeliveryVerdict::rejected, Reason::no_record_there);
    if (!is_success(answer))
      return Conclude{judge_refusal(answer)};
    if (const auto id = contact_in(root)["id"].scalar(); id && !id->empty())
      id_ = *id;
    if (id_.empty())
      return conclude(DeliveryVerdict::rejected, Reason::no_record_there);
    return leave_sequences();
  }

  NextStep after_read_back(const HttpAnswer& answer, const json::Value& root) const {
    if (!is_success(answer))
      return conclude(DeliveryVerdict::accepted, Reason::lists_left);
    const auto contact = contact_in(root);
    const bool dnc = is_set(contact["is_dnc"]) || is_set(contact["is_blocked"]);
    const bool marked = dnc || is_set(contact["is_opted_out"]);
    return marked ? conclude(DeliveryVerdict::accepted, Reason::lists_left_and_marked, true)
                  : conclude(DeliveryVerdict::accepted, Reason::lists_left_mark_not_writable);
  }

  const ActionWork& work_;
  const Settings& settings_;
  std::string phone_;
  std::string id_;
};

} // namespace

NextStep next_consent_action(const ActionWork& work, const Settings& settings) {
  return ConsentAttempt(work, settings).run();
}

} // namespace tidemark::connectors::aloware

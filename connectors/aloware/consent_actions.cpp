#include "connectors/aloware/parts.hpp"
#include "connectors/inbound.hpp"
#include "connectors/outbound.hpp"
#include "domain/normalise.hpp"

#include <algorithm>

namespace tidemark::connectors::aloware {
namespace {

using domain::Judgement;
using domain::Verdict;
using events::Channel;
using events::Field;

constexpr std::string_view known_address = "https://app.aloware.com";

/// The contact in a look-up's answer; three shapes are known of (contract 2.2).
json::Value contact_in(const json::Value& root) {
  for (const auto& place : {root["contact"], root["data"]["contact"], root["data"]})
    if (place["id"].stated())
      return place;
  return root;
}

bool is_json(const HttpAnswer& answer) {
  return answer.content_type.empty() || answer.content_type.find("json") != std::string::npos;
}

/// Aloware has no call that sets do-not-call or opted-out (contract 2.2): what can be done from
/// outside is to take the person out of every sequence and dialer list, and to look at the marks.
/// Nothing else of ours writes to the person there: the send gate holds what goes through us.
class Attempt {
public:
  Attempt(const ActionWork& work, const Settings& settings)
      : work_(work), settings_(settings), phone_(work.intent.context.get(Field::phone)),
        id_(work.remote_id.value) {}

  NextStep run() {
    if (work_.intent.action == events::Action::opt_in)
      return conclude(Verdict::accepted, "lists_are_joined_by_people");
    auto step = phone_.empty()
                    ? (id_.empty() ? conclude(Verdict::rejected, "no_record_there") : leave_lists())
                    : lookup("lookup");
    for (const auto& exchange : work_.exchanges) {
      if (std::holds_alternative<Conclude>(step))
        return step;
      step = after(exchange);
    }
    return step;
  }

private:
  static NextStep conclude(Verdict verdict, std::string reason, bool read_back = false) {
    Judgement out{verdict, std::move(reason), {}, {}};
    out.read_back = read_back;
    return Conclude{std::move(out)};
  }
  std::string address(std::string_view path) const {
    return base_url_of(settings_, known_address) + "/api/v1/webhook" + std::string(path);
  }
  std::string_view token() const { return trimmed(settings_.secret("token")); }
  Send post(std::string step, std::string_view path, std::string body) const {
    return {std::move(step),
            true,
            {"POST",
             address(path),
             {{"Accept", "application/json"}, {"Content-Type", "application/json"}},
             std::move(body)}};
  }

  NextStep lookup(std::string step) const {
    return Send{std::move(step),
                false,
                {"GET",
                 address("/contact/phone-number?api_token=") + url_encoded(token())
                     + "&phone_number=" + url_encoded(phone_),
                 {{"Accept", "application/json"}},
                 {}}};
  }
  NextStep leave_sequences() const {
    return post("leave_sequences", "/sequence-disenroll",
                JsonObject()
                    .text("api_token", token())
                    .text("source", "phone_number")
                    .text("phone_number", phone_)
                    .finish());
  }
  NextStep leave_lists() const {
    const bool number = !id_.empty() && std::all_of(id_.begin(), id_.end(), [](char c) {
      return c >= '0' && c <= '9';
    });
    JsonObject body;
    body.text("api_token", token());
    number ? body.raw("contact_id", id_) : body.text("contact_id", id_);
    return post("leave_lists", "/powerdialer-remove-contact-from-lists", body.finish());
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
    return phone_.empty() ? conclude(Verdict::accepted, "lists_left") : lookup("read_back");
  }

  NextStep after_lookup(const HttpAnswer& answer, const json::Value& root) {
    if (answer.status == 404)
      return conclude(Verdict::rejected, "no_record_there");
    if (!is_success(answer))
      return Conclude{judge_refusal(answer)};
    if (const auto id = contact_in(root)["id"].scalar(); id && !id->empty())
      id_ = *id;
    if (id_.empty())
      return conclude(Verdict::rejected, "no_record_there");
    return leave_sequences();
  }

  NextStep after_read_back(const HttpAnswer& answer, const json::Value& root) const {
    if (!is_success(answer))
      return conclude(Verdict::accepted, "lists_left");
    const auto contact = contact_in(root);
    const bool dnc = is_set(contact["is_dnc"]) || is_set(contact["is_blocked"]);
    const bool marked = dnc || is_set(contact["is_opted_out"]);
    return marked ? conclude(Verdict::accepted, "lists_left_and_marked", true)
                  : conclude(Verdict::accepted, "lists_left_mark_not_writable");
  }

  const ActionWork& work_;
  const Settings& settings_;
  std::string phone_;
  std::string id_;
};

} // namespace

NextStep next_consent_action(const ActionWork& work, const Settings& settings) {
  return Attempt(work, settings).run();
}

} // namespace tidemark::connectors::aloware

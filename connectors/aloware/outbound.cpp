#include "connectors/outbound.hpp"

#include "connectors/aloware/parts.hpp"
#include "connectors/inbound.hpp"
#include "domain/normalise.hpp"

#include <algorithm>

namespace tidemark::connectors::aloware {
namespace {

using domain::Judgement;
using domain::Verdict;
using events::Field;

constexpr std::string_view known_address = "https://app.aloware.com";
constexpr std::string_view lookup_step = "lookup";
constexpr std::string_view upsert_step = "upsert";

/// The contact in a look-up's answer; three shapes are known of (contract 2.2).
json::Value contact_in(const json::Value& root) {
  for (const auto& place : {root["contact"], root["data"]["contact"], root["data"]})
    if (place["id"].stated())
      return place;
  return root;
}

/// The web app answers unknown paths and some wrong tokens with 200 and a page (contract 1).
bool is_json(const HttpAnswer& answer) {
  return answer.content_type.empty() || answer.content_type.find("json") != std::string::npos;
}

/// One attempt, read from its exchanges: each answer leads to the next request or to the end.
class Attempt {
public:
  Attempt(const DeliveryWork& work, const Settings& settings)
      : work_(work), settings_(settings),
        id_(work.remote_id.value.empty() ? work.intent.remote_id : work.remote_id),
        phone_(phone_of(work.intent)) {}

  NextStep run() {
    auto step = first();
    for (const auto& exchange : work_.exchanges) {
      if (std::holds_alternative<Conclude>(step))
        return step;
      step = exchange.step == upsert_step ? after_upsert(exchange.answer)
                                          : after_lookup(exchange.answer);
    }
    return step;
  }

private:
  static std::string phone_of(const events::DeliveryIntended& intent) {
    return intent.fields.has_value(Field::phone) ? intent.fields.get(Field::phone)
                                                 : intent.context.get(Field::phone);
  }

  static NextStep conclude(Verdict verdict, std::string reason, RemoteId id = {}) {
    return Conclude{{verdict, std::move(reason), std::move(id), {}}};
  }

  NextStep first() {
    if (phone_.empty())
      return conclude(Verdict::rejected, "no_phone");
    return work_.after_unknown ? lookup() : upsert();
  }

  std::string address(std::string_view path) const {
    return base_url_of(settings_, known_address) + "/api/v1/webhook" + std::string(path);
  }
  std::string_view token() const { return trimmed(settings_.secret("token")); }

  NextStep lookup() const {
    return Send{std::string(lookup_step),
                false,
                {"GET",
                 address("/contact/phone-number?api_token=") + url_encoded(token())
                     + "&phone_number=" + url_encoded(phone_),
                 {{"Accept", "application/json"}},
                 {}}};
  }

  /// Upserts by phone. Without force_update an existing number would be left as it is. An update
  /// states what changes and the number; empty values only where a record is known to hold others.
  NextStep upsert() const {
    JsonObject body;
    body.text("api_token", token()).text("phone_number", phone_);
    const bool known = work_.intent.operation == events::Operation::update;
    const auto values = known ? work_.intent.fields : wanted();
    for (const auto& name : field_keys)
      if (const auto* value = values.find(name.field);
          value && name.field != Field::phone && (known || !value->empty()))
        body.text(name.form, *value);
    body.raw("force_update", "true");
    return Send{std::string(upsert_step),
                true,
                {"POST",
                 address("/forms"),
                 {{"Accept", "application/json"}, {"Content-Type", "application/json"}},
                 body.finish()}};
  }

  /// Everything this delivery may write, with the context for a record that has to be made.
  events::FieldSet wanted() const {
    auto out = work_.intent.context;
    for (const auto& [field, value] : work_.intent.fields)
      out.set(field, value.reveal());
    return out;
  }

  /// The answer has no id (contract 2.1): where it is not known, a look-up tells it.
  NextStep after_upsert(const HttpAnswer& answer) {
    if (const auto judged = judge_common(answer, Effect::repeatable))
      return Conclude{*judged};
    if (!is_success(answer))
      return Conclude{judge_refusal(answer)};
    const auto document = json::parse(answer.body);
    if (!is_json(answer) || !document || document.value().root().kind() != json::Kind::object)
      return Conclude{judge_unreadable(Effect::repeatable)};
    if (document.value()["error"].stated() || document.value()["errors"].stated())
      return conclude(Verdict::rejected, "vendor_says_not_done");
    written_ = true;
    if (!id_.value.empty())
      return conclude(Verdict::accepted, "accepted", id_);
    return lookup();
  }

  NextStep after_lookup(const HttpAnswer& answer) {
    if (const auto judged = judge_common(answer, Effect::none))
      return written_ ? not_confirmed(*judged) : Conclude{*judged};
    const bool missing = answer.status == 404 && is_json(answer);
    if (!is_success(answer) && !missing)
      return written_ ? conclude(Verdict::accepted, "accepted_id_not_told")
                      : Conclude{judge_refusal(answer)};
    const auto document = json::parse(answer.body);
    if (!is_json(answer) || !document)
      return written_ ? not_confirmed(judge_unreadable(Effect::none))
                      : Conclude{judge_unreadable(Effect::none)};
    const auto contact = contact_in(document.value().root());
    const auto id = contact["id"].scalar();
    const bool found = !missing && id && !id->empty() && has_our_phone(contact);
    if (written_)
      return found ? conclude(Verdict::accepted, "accepted", RemoteId(*id))
                   : conclude(Verdict::unknown, "written_but_not_found_yet");
    if (found && holds_all(contact))
      return conclude(Verdict::accepted, "found_as_wanted", RemoteId(*id));
    if (found && id_.value.empty())
      id_ = RemoteId(*id);
    return upsert();
  }

  /// The values were taken; only the id is open. Not `retry`, which says that nothing happened.
  static NextStep not_confirmed(Judgement judged) {
    if (judged.verdict == Verdict::retry)
      judged.verdict = Verdict::unknown;
    return Conclude{std::move(judged)};
  }

  bool has_our_phone(const json::Value& contact) const {
    const auto theirs = contact["phone_number"].scalar();
    return !theirs || domain::normalised(Field::phone, *theirs, region_of(settings_)) == phone_;
  }

  bool holds_all(const json::Value& contact) const {
    const auto values = work_.intent.fields;
    return std::all_of(field_keys.begin(), field_keys.end(), [&](const FieldName& name) {
      const auto* wanted = values.find(name.field);
      if (!wanted || name.field == Field::phone)
        return true;
      const auto key = contact[name.body].stated() ? name.body : name.form;
      const auto held = contact[key].scalar().value_or("");
      return domain::comparable(name.field,
                                domain::normalised(name.field, held, region_of(settings_)))
             == domain::comparable(name.field, *wanted);
    });
  }

  const DeliveryWork& work_;
  const Settings& settings_;
  RemoteId id_;
  std::string phone_;
  bool written_ = false; ///< an upsert of this attempt was taken
};

} // namespace

NextStep next(const DeliveryWork& work, const Settings& settings) {
  return Attempt(work, settings).run();
}

} // namespace tidemark::connectors::aloware

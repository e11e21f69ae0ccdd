#include "connectors/shared/outbound.hpp"

#include "connectors/aloware/parts.hpp"
#include "connectors/aloware/request.hpp"
#include "domain/rules/normalise.hpp"

#include <algorithm>

namespace tidemark::connectors::aloware {
namespace {

using domain::DeliveryResult;
using domain::DeliveryVerdict;
using events::Field;

constexpr std::string_view lookup_step = "lookup";
constexpr std::string_view create_step = "create";
constexpr std::string_view upsert_step = "upsert";

/// One attempt, read from its exchanges: each answer leads to the next request or to the end.
class DeliveryAttempt {
public:
  DeliveryAttempt(const DeliveryWork& work, const Settings& settings)
      : work_(work), settings_(settings),
        id_(work.remote_id.value.empty() ? work.intent.remote_id : work.remote_id),
        phone_(phone_of(work.intent)) {}

  NextStep run() {
    return walk(first(), work_.exchanges, [&](const Exchange& exchange) {
      return exchange.step == create_step   ? after_create(exchange.answer)
             : exchange.step == upsert_step ? after_upsert(exchange.answer)
                                            : after_lookup(exchange.answer);
    });
  }

private:
  static std::string phone_of(const events::DeliveryIntended& intent) {
    return intent.fields.has_value(Field::phone) ? intent.fields.get(Field::phone)
                                                 : intent.context.get(Field::phone);
  }

  static NextStep conclude(DeliveryVerdict verdict, Reason reason, RemoteId id = {}) {
    return Conclude{{verdict, reason, std::move(id)}};
  }

  NextStep first() {
    if (phone_.empty())
      return conclude(DeliveryVerdict::rejected, Reason::no_phone);
    // A form writes to whatever record has the number, which may have passed to somebody else
    // without our hearing of it (Aloware repeats no webhook): whose it is, is looked at before.
    return work_.after_unknown || !id_.value.empty() ? lookup() : create();
  }

  NextStep lookup() const {
    return Send{std::string(lookup_step), false, contact_lookup(settings_, phone_)};
  }

  /// A form that leaves an existing number as it is: the number may be another person's, a family's
  /// or a reception's, whose record must not be overwritten (README fact 2: 400, nothing changes).
  NextStep create() const { return form(create_step, false); }

  /// Overwrites the record that has the number.
  NextStep upsert() const { return form(upsert_step, true); }

  /// No record has the number that is written: the known one keeps its old number, which cannot be
  /// changed by a call, and another takes its place.
  NextStep create_anew() {
    id_ = {};
    anew_ = true;
    return create();
  }

  /// An update states what changes and the number; empty values only where a record is known to
  /// hold others.
  NextStep form(std::string_view step, bool overwrite) const {
    auto body = body_with_token(settings_);
    body.text("phone_number", phone_);
    const bool known = work_.intent.operation == events::Operation::update && !anew_;
    const auto values = known ? work_.intent.fields : all_values(work_.intent);
    for (const auto& name : field_keys)
      if (const auto* value = values.find(name.field);
          value && name.field != Field::phone && (known || !value->empty()))
        body.text(name.form, *value);
    for (const auto& rule : custom_fields_in(settings_))
      if (const auto* value = values.find(rule.field);
          value && is_form_field(rule.key) && (known || !value->empty()))
        body.text(rule.key, *value);
    if (overwrite)
      body.raw("force_update", "true");
    return Send{std::string(step), true, post_to(settings_, "/webhook/forms", body.finish())};
  }

  /// Why the answer to a form shows no success; nothing when it does.
  static std::optional<DeliveryResult> no_success(const HttpAnswer& answer) {
    if (auto judged = judge_common(answer, Effect::repeatable))
      return judged;
    if (!is_success(answer))
      return judge_refusal(answer);
    const auto document = json::parse(answer.body);
    if (!is_json(answer) || !document || document.value().root().kind() != json::Kind::object)
      return judge_unreadable(Effect::repeatable);
    if (document.value()["error"].stated() || document.value()["errors"].stated())
      return DeliveryResult{DeliveryVerdict::rejected, Reason::vendor_says_not_done};
    return std::nullopt;
  }

  /// 400 may say that the number exists; a 200 may say so too, as which of 200 and 201 means what
  /// is not documented. The look-up then shows whose record it is.
  NextStep after_create(const HttpAnswer& answer) {
    auto judged = no_success(answer);
    if (judged && answer.status != 400)
      return Conclude{std::move(*judged)};
    if (!judged && answer.status != 201)
      judged = DeliveryResult{DeliveryVerdict::unknown, Reason::written_but_not_found_yet};
    if (!judged)
      return after_success();
    not_created_ = std::move(judged);
    return lookup();
  }

  NextStep after_upsert(const HttpAnswer& answer) {
    if (auto judged = no_success(answer))
      return Conclude{std::move(*judged)};
    return after_success();
  }

  /// The answer has no id (README fact 2): where it is not known, a look-up tells it.
  NextStep after_success() {
    written_ = true;
    if (!id_.value.empty())
      return conclude(DeliveryVerdict::accepted, Reason::accepted, id_);
    return lookup();
  }

  NextStep after_lookup(const HttpAnswer& answer) {
    if (const auto judged = judge_common(answer, Effect::none))
      return written_ ? not_confirmed(*judged) : Conclude{*judged};
    const bool missing = answer.status == 404 && is_json(answer);
    if (!is_success(answer) && !missing)
      return written_ ? conclude(DeliveryVerdict::accepted, Reason::accepted_id_not_told)
                      : Conclude{judge_refusal(answer)};
    const auto document = json::parse(answer.body);
    if (!is_json(answer) || !document)
      return written_ ? not_confirmed(judge_unreadable(Effect::none))
                      : Conclude{judge_unreadable(Effect::none)};
    const auto contact = contact_in(document.value().root());
    const auto id = contact["id"].scalar();
    const bool found = !missing && id && !id->empty() && has_our_phone(contact);
    if (written_)
      return found ? conclude(DeliveryVerdict::accepted, Reason::accepted, RemoteId(*id))
                   : conclude(DeliveryVerdict::unknown, Reason::written_but_not_found_yet);
    if (!found)
      return not_created_ ? Conclude{*not_created_} : not_found();
    const bool as_known = id_.value == *id;
    if (!as_known && is_other_person(contact))
      return conclude(DeliveryVerdict::rejected, Reason::address_belongs_to_other_person);
    if (id_.value.empty() && !anew_ && work_.intent.replaces.value.empty())
      return adopt_existing(contact, RemoteId(*id));
    if ((!as_known || work_.after_unknown) && holds_all(contact))
      return conclude(DeliveryVerdict::accepted, Reason::found_as_wanted, RemoteId(*id));
    id_ = RemoteId(*id);
    return upsert();
  }

  NextStep not_found() {
    if (id_.value.empty())
      return create();
    // Under an unchanged number the record is gone, or somebody gave it another one, of which a
    // webhook tells in its time. A second record would stand beside it for ever.
    if (!work_.intent.fields.has_value(Field::phone))
      return conclude(DeliveryVerdict::retry, Reason::not_under_its_number);
    return create_anew();
  }

  /// A record that nobody here had heard of is not written to before its own word is decided about.
  NextStep adopt_existing(const json::Value& contact, RemoteId id) const {
    return Conclude{found_there(std::move(id), fields_of(contact, settings_).fields())};
  }

  bool is_other_person(const json::Value& contact) const {
    const auto whole = domain::split_name(contact["name"].text().value_or(""));
    return other_person(all_values(work_.intent),
                        contact["first_name"].text().value_or(whole.first),
                        contact["last_name"].text().value_or(whole.second));
  }

  /// The values were taken; only the id is open. Not `retry`, which says that nothing happened.
  static NextStep not_confirmed(DeliveryResult judged) {
    if (judged.verdict == DeliveryVerdict::retry)
      judged.verdict = DeliveryVerdict::unknown;
    return Conclude{std::move(judged)};
  }

  bool has_our_phone(const json::Value& contact) const {
    const auto theirs = contact["phone_number"].scalar();
    return !theirs || domain::normalised(Field::phone, *theirs, region_of(settings_)) == phone_;
  }

  bool holds_all(const json::Value& contact) const {
    const auto values = work_.intent.fields;
    return std::ranges::all_of(field_keys, [&](const FieldName& name) {
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
  bool anew_ = false;    ///< the known record is not under the number any more
  bool written_ = false; ///< a form of this attempt was taken
  std::optional<DeliveryResult>
      not_created_; ///< what the create's answer says if no record is found
};

} // namespace

NextStep next(const DeliveryWork& work, const Settings& settings) {
  return DeliveryAttempt(work, settings).run();
}

} // namespace tidemark::connectors::aloware

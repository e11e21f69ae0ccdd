#include "connectors/shared/outbound.hpp"

#include "base/contains.hpp"
#include "connectors/gohighlevel/parts.hpp"
#include "connectors/gohighlevel/request.hpp"
#include "connectors/shared/custom_fields.hpp"
#include "connectors/shared/inbound.hpp"
#include "domain/rules/normalise.hpp"

namespace tidemark::connectors::gohighlevel {
namespace {

using domain::DeliveryResult;
using domain::DeliveryVerdict;
using events::Field;

/// search by phone and e-mail, update, both searches again, create, a look at the reported id
constexpr std::size_t most_steps = 8;
constexpr std::string_view found_step = "read_found";

/// `[{"id": ..., "field_value": ...}]` of the mapped fields; "" when none is to be written.
std::string custom_fields_of(const events::FieldSet& fields, const Settings& settings,
                             bool with_empty) {
  std::string out;
  for (const auto& rule : custom_fields_in(settings)) {
    const auto* value = fields.find(rule.field);
    if (!value || (value->empty() && !with_empty))
      continue;
    JsonObject one;
    rule.id.empty() ? one.text("key", rule.key) : one.text("id", rule.id);
    if (rule.type == domain::CustomType::number && !value->empty())
      one.raw("field_value", *value);
    else
      one.text("field_value", *value);
    out += (out.empty() ? "[" : ",") + one.finish();
  }
  return out.empty() ? out : out + "]";
}

std::string body_of(const events::FieldSet& fields, std::string_view location, bool with_empty,
                    const Settings& settings) {
  JsonObject body;
  if (!location.empty())
    body.text("locationId", location);
  for (const auto& name : field_keys)
    if (const auto* value = fields.find(name.field); value && (with_empty || !value->empty()))
      body.text(name.key, *value);
  if (const auto custom = custom_fields_of(fields, settings, with_empty); !custom.empty())
    body.raw("customFields", custom);
  return body.finish();
}

std::string_view view_of(const json::Value& value) {
  return value.text().value_or("");
}

/// One attempt, read from its exchanges: each answer leads to the next request or to the end.
class Attempt {
public:
  Attempt(const DeliveryWork& work, const Settings& settings)
      : work_(work), settings_(settings), wanted_(all_values(work.intent)),
        id_(work.remote_id.value.empty() ? work.intent.remote_id : work.remote_id) {}

  NextStep run() {
    auto step =
        walk(first(), work_.exchanges, [&](const Exchange& exchange) { return after(exchange); });
    return work_.exchanges.size() >= most_steps && std::holds_alternative<Send>(step)
               ? conclude(DeliveryVerdict::rejected, Reason::answers_lead_in_circles)
               : step;
  }

private:
  /// A known record is updated. An unknown one is searched for first, always: the record may have
  /// been added by hand (requirement C6), or by an attempt of ours whose answer was lost.
  NextStep first() { return id_.value.empty() ? search(Field::phone) : update(); }

  NextStep search(Field by) {
    if (by == Field::phone && !wanted_.has_value(Field::phone))
      by = Field::email;
    const auto& value = wanted_.get(by);
    if (by == Field::email && value.empty())
      return wanted_.has_value(Field::phone)
                 ? create()
                 : conclude(DeliveryVerdict::rejected, Reason::no_phone_or_email);
    searched_by_ = by;
    return search_by(by, value, settings_);
  }

  /// A record that nobody here had heard of is not written to before its own word is decided about.
  /// One that takes the place of a record of ours gets the values that were on their way to that.
  bool lays_over() const { return !gone_.empty(); }

  NextStep adopt_existing(const json::Value& contact, RemoteId id) const {
    FieldCollector shown(region_of(settings_));
    for (const auto& name : field_keys)
      shown.take(name.field, contact[name.key], name.key);
    std::vector<events::SkippedPart> unfit; // what stands there and is none is left as it is
    take_custom_fields(shown.fields(), unfit, contact, settings_);
    return Conclude{found_there(std::move(id), shown.fields())};
  }

  NextStep read_found(const std::string& id) {
    id_ = RemoteId(id);
    return Send{std::string(found_step), false,
                request_to(settings_, "GET", "/contacts/" + url_encoded(id), {})};
  }

  NextStep after_read_found(const HttpAnswer& answer, const json::Value& root) const {
    if (says_missing(answer, root))
      return conclude(DeliveryVerdict::rejected, Reason::duplicate_of_missing_record);
    if (!is_success(answer))
      return Conclude{judge_refusal(answer)};
    const auto contact = root["contact"];
    if (contact["id"].scalar() != id_.value)
      return Conclude{judge_unreadable(Effect::none)};
    if (other_person(wanted_, view_of(contact["firstName"]), view_of(contact["lastName"])))
      return conclude(DeliveryVerdict::rejected, Reason::address_belongs_to_other_person);
    return adopt_existing(contact, id_);
  }

  /// After a search found the record, values of a create are laid over it; no empty ones, because
  /// they say nothing about a record that we did not know.
  NextStep update() {
    const bool known = work_.intent.operation == events::Operation::update;
    return Send{"update", true,
                request_to(settings_, "PUT", "/contacts/" + url_encoded(id_.value),
                           body_of(known ? work_.intent.fields : wanted_, {}, known, settings_))};
  }

  NextStep create() {
    id_ = {};
    return Send{"create", true,
                request_to(settings_, "POST", "/contacts/",
                           body_of(wanted_, settings_.get("location_id"), false, settings_))};
  }

  NextStep after(const Exchange& exchange) {
    const bool is_create = exchange.step == "create";
    const auto effect = is_create                   ? Effect::once
                        : exchange.step == "update" ? Effect::repeatable
                                                    : Effect::none;
    const auto& answer = exchange.answer;
    const auto document = json::parse(answer.body);
    const auto root = document ? document.value().root() : json::Value();
    if (const auto judged = judge_common(answer, effect)) {
      auto out = *judged;
      if (out.verdict == DeliveryVerdict::unauthorized)
        out.reason_code = why_unauthorized(root);
      return Conclude{std::move(out)};
    }
    if (is_success(answer) && root.kind() != json::Kind::object)
      return Conclude{judge_unreadable(effect)};
    if (exchange.step == found_step)
      return after_read_found(answer, root);
    if (effect == Effect::none)
      return after_search(answer, root);
    if (is_success(answer))
      return after_write(root);
    return is_create ? after_refused_create(answer, root) : after_refused_update(answer, root);
  }

  NextStep after_search(const HttpAnswer& answer, const json::Value& root) {
    if (!is_success(answer) && answer.status != 404)
      return Conclude{judge_refusal(answer)};
    const auto contact = root["contact"];
    const auto found = contact["id"].scalar();
    if (is_success(answer) && found && !found->empty() && is_ours(contact, *found)) {
      if (!lays_over())
        return adopt_existing(contact, RemoteId(*found));
      id_ = RemoteId(*found);
      return update();
    }
    return searched_by_ == Field::phone ? search(Field::email) : create();
  }

  /// A hit counts when the address is the one asked for, the person can be the same, and the record
  /// is not one that just turned out to be gone.
  bool is_ours(const json::Value& contact, const std::string& id) const {
    return !contains(gone_, id)
           && shows_address(contact, searched_by_, wanted_.get(searched_by_), settings_)
           && !other_person(wanted_, view_of(contact["firstName"]), view_of(contact["lastName"]));
  }

  NextStep after_write(const json::Value& root) {
    const auto contact = root["contact"];
    const auto id = contact["id"].scalar();
    const bool done =
        root["succeded"].boolean().value_or(root["succeeded"].boolean().value_or(true));
    if (!done)
      return conclude(DeliveryVerdict::rejected, Reason::vendor_says_not_done);
    const bool stated = root["succeded"].stated() || root["succeeded"].stated();
    if ((!id || id->empty()) && (id_.value.empty() || !stated))
      return conclude(DeliveryVerdict::unknown, Reason::answer_without_record);
    DeliveryResult delivery_result{
        DeliveryVerdict::accepted, Reason::accepted, id ? RemoteId(*id) : id_, {}};
    if (contact.kind() == json::Kind::object)
      delivery_result.fields = held_values(contact);
    return Conclude{std::move(delivery_result)};
  }

  /// Of what was sent, what the record shows to hold: the vendor drops values without an error
  /// (README fact 8). Other members are left out; taking them as known would hide a person's edit.
  events::FieldSet held_values(const json::Value& contact) const {
    events::FieldSet out;
    const bool update_only =
        work_.intent.operation == events::Operation::update && !id_.value.empty();
    FieldCollector shown(region_of(settings_));
    for (const auto& name : field_keys) {
      const auto* sent = (update_only ? work_.intent.fields : wanted_).find(name.field);
      if (!sent)
        continue;
      shown.take(name.field, contact[name.key], name.key);
      const auto* held = shown.fields().find(name.field);
      const bool is_null = contact[name.key].kind() == json::Kind::null;
      out.set(name.field, held ? *held : is_null ? std::string() : *sent);
    }
    events::FieldSet custom;
    std::vector<events::SkippedPart> unfit;
    take_custom_fields(custom, unfit, contact, settings_);
    for (const auto& [field, value] : update_only ? work_.intent.fields : wanted_)
      if (events::is_custom(field))
        out.set(field, custom.find(field) ? custom.get(field) : value.reveal());
    return out;
  }

  /// A duplicate names the record that stands in the way: it is that one from now on (requirement
  /// C22).
  NextStep after_refused_create(const HttpAnswer& answer, const json::Value& root) {
    const auto existing = root["meta"]["contactId"].scalar();
    if (!existing || existing->empty())
      return Conclude{judge_refusal(answer)};
    const auto [first, last] = domain::split_name(view_of(root["meta"]["contactName"]));
    if (other_person(wanted_, first, last))
      return conclude(DeliveryVerdict::rejected, Reason::address_belongs_to_other_person);
    if (contains(gone_, *existing))
      return conclude(DeliveryVerdict::rejected, Reason::duplicate_of_missing_record);
    if (!lays_over())
      return read_found(std::string(*existing));
    id_ = RemoteId(*existing);
    return update();
  }

  /// A missing contact is 400 with words, or 404; after a merge over there the id stops resolving,
  /// so the person is searched for again (README fact 9). `Cannot PUT …` means a wrong address
  /// instead.
  NextStep after_refused_update(const HttpAnswer& answer, const json::Value& root) {
    const auto text = error_text(root);
    if (text.starts_with("Cannot "))
      return conclude(DeliveryVerdict::rejected, Reason::no_such_route);
    if (root["meta"]["contactId"].stated())
      return conclude(DeliveryVerdict::rejected, Reason::duplicate_of_other_record);
    if (!says_missing(answer, root))
      return Conclude{judge_refusal(answer)};
    if (gone_.size() >= 2)
      return conclude(DeliveryVerdict::rejected, Reason::not_found);
    gone_.push_back(id_.value);
    auto step = search(Field::phone);
    if (auto* send = std::get_if<Send>(&step))
      send->gone = id_;
    return step;
  }

  const DeliveryWork& work_;
  const Settings& settings_;
  events::FieldSet wanted_;
  RemoteId id_;
  Field searched_by_ = Field::phone;
  std::vector<std::string> gone_;
};

} // namespace

NextStep next(const DeliveryWork& work, const Settings& settings) {
  return Attempt(work, settings).run();
}

} // namespace tidemark::connectors::gohighlevel

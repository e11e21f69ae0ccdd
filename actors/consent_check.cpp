#include "actors/consent_check.hpp"

#include "base/planted.hpp"
#include "domain/normalise.hpp"
#include "events/codec.hpp"
#include "events/tags.hpp"

namespace tidemark::actors {
namespace {

using events::Field;

constexpr std::size_t batch = 64;

/// Reads what stands under one tag; stops at the first opt-out sign.
Result<ConsentVerdict> look_under(const World& world, const events::Tag& tag, Position newest,
                                  Position decided_through) {
  Position after;
  while (true) {
    auto positions = world.log().tagged(world.tenant, tag, after, batch);
    if (!positions)
      return positions.error();
    for (const auto position : *positions) {
      auto stored = world.log().at(position);
      if (!stored)
        return stored.error();
      // A decided sign is a contact's observation; a webhook here is only a possible one.
      if (*stored && (*stored)->envelope.type == events::ContactObserved::name)
        return ConsentVerdict{OptedOut{position}};
      after = position;
    }
    if (positions->size() < batch)
      break;
  }
  if (newest > decided_through && !planted("undecided_is_clear"))
    return ConsentVerdict{Undecided{newest}};
  return ConsentVerdict{Clear{}};
}

} // namespace

std::vector<events::Tag> consent_tags_of(const World& world,
                                         const events::DeliveryIntended& intent) {
  std::vector<events::Tag> tags;
  const auto add = [&](Field field, const events::FieldSet& fields) {
    const auto key = domain::identity_key(field, fields.get(field));
    if (key.empty())
      return;
    const auto tag = events::consent_tag(field == Field::phone
                                             ? events::phone_hash(world.hasher, world.tenant, key)
                                             : events::email_hash(world.hasher, world.tenant, key));
    if (std::find(tags.begin(), tags.end(), tag) == tags.end())
      tags.push_back(tag);
  };
  for (const auto* fields : {&intent.fields, &intent.context}) {
    add(Field::phone, *fields);
    add(Field::email, *fields);
  }
  return tags;
}

Result<ConsentVerdict> check_consent(const World& world, const events::DeliveryIntended& intent,
                                     const DecidedThrough& decided) {
  Clear clear;
  clear.evidence = world.log().durable();
  const auto any = events::any_opt_out_tag();
  const auto last = world.log().newest_tagged(world.tenant, any);
  if (!last)
    return last.error();
  if (*last > decided.opt_outs_to && !planted("undecided_is_clear"))
    return ConsentVerdict{Undecided{*last, true}};
  clear.conditions.push_back({any, clear.evidence});
  for (const auto& tag : consent_tags_of(world, intent)) {
    const auto newest = world.log().newest_tagged(world.tenant, tag);
    if (!newest)
      return newest.error();
    if (newest->value != 0) {
      auto verdict = look_under(world, tag, *newest, decided.to);
      if (!verdict || !std::holds_alternative<Clear>(*verdict))
        return verdict;
    }
    clear.conditions.push_back({tag, clear.evidence});
  }
  if (planted("consent_unconditioned"))
    clear.conditions.clear();
  return ConsentVerdict{std::move(clear)};
}

} // namespace tidemark::actors

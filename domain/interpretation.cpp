#include "domain/interpretation.hpp"

#include "base/overloaded.hpp"
#include "domain/normalise.hpp"
#include "events/tags.hpp"

#include <algorithm>
#include <set>

namespace tidemark::domain {
namespace {

using events::AssignedCommand;
using events::Channel;
using events::ConsentChange;
using events::Field;

/// Facts of the log with what this decision has already written on top.
class WithOverlay final : public InterpreterFacts {
public:
  explicit WithOverlay(const InterpreterFacts& below) : below_(below) {}
  void add(const TaggedEvent& event) {
    if (const auto* card = std::get_if<IdentityCard>(&event.event))
      for (const auto& tag : event.tags)
        cards_[tag] = *card;
    if (const auto* change = std::get_if<events::ConsentChanged>(&event.event)) {
      const auto at = consents_.try_emplace(change->address_hash).first;
      if (const auto hash = hash16_from_hex(change->address_hash); hash && !at->second)
        at->second = below_.consent_of(*hash);
      evolve(*at->second, *change);
    }
  }
  std::optional<IdentityCard> card_under(const events::Tag& key) const override {
    const auto found = cards_.find(key);
    return found != cards_.end() ? std::optional(found->second) : below_.card_under(key);
  }
  std::optional<IdentityCard> card_of(const ContactId& contact) const override {
    return card_under(events::card_tag(contact));
  }
  bool may_be_ours(const ContactId& contact, const ConnectorName& connector,
                   const RemoteId& id) const override {
    return below_.may_be_ours(contact, connector, id);
  }
  ConsentState consent_of(const Hash16& address) const override {
    const auto found = consents_.find(to_hex(address));
    return found != consents_.end() ? *found->second : below_.consent_of(address);
  }
  std::vector<ParkedCommand> parked_under(const Hash16& key) const override {
    return below_.parked_under(key);
  }

private:
  const InterpreterFacts& below_;
  std::map<events::Tag, IdentityCard> cards_;
  std::map<std::string, std::optional<ConsentState>> consents_;
};

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

std::vector<Channel> of_kind(const std::vector<Channel>& channels, Field kind) {
  std::vector<Channel> out;
  for (const auto channel : channels)
    if ((kind == Field::email) == !is_phone_channel(channel))
      out.push_back(channel);
  return out;
}

ConsentSign mark_for_all() {
  return {ConsentChange::revoked,
          {Channel::sms, Channel::call, Channel::whatsapp, Channel::email},
          events::Evidence::flag,
          "any_mark",
          {},
          {},
          false,
          Field::phone,
          {}};
}

/// The address of a person as one decision knows it.
struct KnownAddress {
  Field kind = Field::phone;
  Hash16 hash{};
  PiiText value;        ///< "" when only its hash is known
  std::string alias_of; ///< see ConsentChanged
};

/// One decision under construction.
class Interpretation {
public:
  Interpretation(const InterpreterContext& context, Position input, ConnectorName connector,
                 std::string kind)
      : context_(context), facts_(context.facts) {
    interpreted_.webhook = input;
    interpreted_.connector = std::move(connector);
    interpreted_.kind = std::move(kind);
  }

  void take(const Command& command, std::uint32_t place);
  void take_request(const events::ConsentRequested& request);
  void take_identity(std::vector<TaggedEvent> events);
  void skip(std::vector<events::SkippedPart> parts) {
    for (auto& part : parts)
      interpreted_.skipped.push_back(std::move(part));
  }
  /// `always`: also when it leads to no command.
  std::vector<TaggedEvent> finish(std::uint32_t translated, bool always);

private:
  void take_record(const ObserveRecord& record, std::uint32_t place);
  void take_activity(const ObserveRecord& keyed, std::string_view kind,
                     const std::vector<ConsentSign>& signs, std::uint32_t place);
  void decide_sign(const ConsentSign& sign, const ConnectorName& source, std::string by,
                   Position request, const ContactId& contact,
                   const std::vector<KnownAddress>& own);
  std::vector<KnownAddress> addresses_of(const ConsentSign& sign, const ContactId& contact,
                                         const std::vector<KnownAddress>& own) const;
  void cover_new_addresses(const IdentityCard& before, const ContactId& contact);
  void change(events::ConsentChanged change, const Hash16& hash, const ContactId& contact);
  void apply_to(const ContactId& contact, std::uint32_t change);
  std::optional<IdentityCard> owner_of(const Hash16& hash, Field kind) const;
  void write(TaggedEvent event);
  void release();

  const InterpreterContext& context_;
  WithOverlay facts_;
  events::WebhookInterpreted interpreted_;
  std::vector<TaggedEvent> out_;
  std::vector<AssignedCommand> consents_, released_;
  std::set<ContactId> made_; ///< contacts that this decision made
  std::uint32_t changes_ = 0;
  std::vector<events::Tag> released_tags_;
};

void Interpretation::write(TaggedEvent event) {
  facts_.add(event);
  out_.push_back(std::move(event));
}

std::vector<KnownAddress> own_addresses(const IdentityKeys& keys, const events::FieldSet& fields) {
  std::vector<KnownAddress> out;
  if (keys.phone)
    out.push_back({Field::phone,
                   *keys.phone,
                   PiiText(identity_key(Field::phone, fields.get(Field::phone))),
                   {}});
  if (keys.email)
    out.push_back({Field::email,
                   *keys.email,
                   PiiText(identity_key(Field::email, fields.get(Field::email))),
                   {}});
  return out;
}

void Interpretation::take_record(const ObserveRecord& record, std::uint32_t place) {
  const auto keys = keys_of(record, context_.tenant, context_.hasher);
  const Cause cause{context_.cause.position, place, context_.cause.now, context_.cause.incarnation};
  auto assignment = assign(record, place, keys, facts_, cause);
  const auto& contact = assignment.command.contact;
  const auto before = facts_.card_of(contact).value_or(IdentityCard{contact, {}, {}, {}, {}, {}});
  for (auto& event : assignment.events)
    write(std::move(event));
  if (assignment.command.new_contact)
    made_.insert(contact);
  cover_new_addresses(before, contact);
  auto signs = record.signs;
  if (record.opt_out_seen && signs.empty())
    signs.push_back(mark_for_all());
  for (const auto& sign : signs)
    decide_sign(sign, record.connector, "person", {}, contact, own_addresses(keys, record.fields));
  interpreted_.commands.push_back(std::move(assignment.command));
}

/// Shown to people instead of an id that is not known.
std::string waits_for(const ConnectorName& connector, const RemoteId& id) {
  return connector.value + (id.value.empty() ? " sender" : " contact " + id.value);
}

/// Calls and messages make nobody known: they wait until their person is. `keyed` says whose it is.
void Interpretation::take_activity(const ObserveRecord& keyed, std::string_view kind,
                                   const std::vector<ConsentSign>& signs, std::uint32_t place) {
  const auto keys = keys_of(keyed, context_.tenant, context_.hasher);
  auto owner = owner_of_keys(keys, facts_);
  const auto contact = owner ? owner->contact : ContactId{};
  const auto own = own_addresses(keys, keyed.fields);
  for (const auto& sign : signs)
    decide_sign(sign, keys.connector, "person", {}, contact, own);
  if (owner) {
    interpreted_.commands.push_back(
        {place, place, {}, std::string(kind), contact, false, owner->matched, "unknown"});
    return;
  }
  events::CommandParked parked{interpreted_.webhook, place, std::string(kind),
                               waits_for(keyed.connector, keyed.remote_id)};
  interpreted_.skipped.push_back(
      {events::Outcome::parked, "waiting_for_contact", "Waiting for " + parked.waiting_for + "."});
  std::vector<events::Tag> tags;
  for (const auto* key : {&keys.remote_id, &keys.phone, &keys.email})
    if (*key)
      tags.push_back(events::parked_tag(**key));
  out_.push_back({std::move(parked), std::move(tags)});
}

void Interpretation::take(const Command& command, std::uint32_t place) {
  const auto activity = [&](const ConnectorName& connector, const auto& c,
                            const std::vector<ConsentSign>& signs) {
    ObserveRecord keyed;
    keyed.connector = connector;
    keyed.remote_id = c.remote_id;
    keyed.fields = c.fields;
    take_activity(keyed, kind_of(command), signs, place);
  };
  std::visit(overloaded{
                 [&](const ObserveRecord& c) { take_record(c, place); },
                 [&](const ObserveCall& c) { activity(c.call.source, c, {}); },
                 [&](const ObserveMessage& c) { activity(c.message.source, c, c.signs); },
                 [](const ApplyConsent&) { /* made here, never translated */ },
             },
             command);
}

void Interpretation::take_request(const events::ConsentRequested& request) {
  const auto key = identity_key(request.kind, request.address.reveal());
  const auto hash = request.kind == Field::email
                        ? events::email_hash(context_.hasher, context_.tenant, key)
                        : events::phone_hash(context_.hasher, context_.tenant, key);
  const auto owner = owner_of(hash, request.kind);
  ConsentSign sign;
  sign.change = request.change;
  sign.channels = request.channels.empty() ? channels_of(request.kind) : request.channels;
  sign.evidence = request.evidence;
  sign.rule = "request";
  sign.said_at = request.said_at;
  sign.sender = request.sender;
  sign.kind = request.kind;
  sign.address = PiiText(key);
  decide_sign(sign, ConnectorName("api"), request.by, request.review,
              owner ? owner->contact : ContactId{}, {{request.kind, hash, sign.address, {}}});
}

void Interpretation::take_identity(std::vector<TaggedEvent> events) {
  for (auto& event : events) {
    const auto* card = std::get_if<IdentityCard>(&event.event);
    const auto contact = card ? card->contact : ContactId{};
    const auto before = facts_.card_of(contact).value_or(IdentityCard{});
    write(std::move(event));
    if (!contact.value.empty())
      cover_new_addresses(before, contact);
  }
}

std::optional<IdentityCard> Interpretation::owner_of(const Hash16& hash, Field kind) const {
  const auto found = facts_.card_under(events::identity_tag(hash));
  auto newest = found ? facts_.card_of(found->contact) : std::nullopt;
  if (newest && !contains(kind == Field::email ? newest->emails : newest->phones, to_hex(hash)))
    return std::nullopt;
  return newest;
}

/// Which addresses a statement is about: the one it names with the person's others as aliases, or
/// all of the person's (field.md E6.6).
std::vector<KnownAddress> Interpretation::addresses_of(const ConsentSign& sign,
                                                       const ContactId& contact,
                                                       const std::vector<KnownAddress>& own) const {
  std::vector<KnownAddress> out;
  const auto add = [&](KnownAddress address) {
    if (std::none_of(out.begin(), out.end(), [&](const auto& a) { return a.hash == address.hash; }))
      out.push_back(std::move(address));
  };
  std::string said_about;
  if (!sign.address.reveal().empty()) {
    const auto key = identity_key(sign.kind, sign.address.reveal());
    if (key.empty())
      return out;
    const auto hash = sign.kind == Field::email
                          ? events::email_hash(context_.hasher, context_.tenant, key)
                          : events::phone_hash(context_.hasher, context_.tenant, key);
    add({sign.kind, hash, PiiText(key), {}});
    said_about = to_hex(hash);
  } else {
    for (const auto& address : own)
      add(address);
  }
  const auto card = contact.value.empty() ? std::nullopt : facts_.card_of(contact);
  if (!card || sign.change == ConsentChange::review || sign.change == ConsentChange::cleared)
    return out;
  const auto add_all = [&](Field kind, const std::vector<std::string>& hashes) {
    for (const auto& hex : hashes)
      if (const auto hash = hash16_from_hex(hex))
        add({kind, *hash, {}, said_about});
  };
  if (said_about.empty() || sign.kind == Field::phone)
    add_all(Field::phone, card->phones);
  if (said_about.empty() || sign.kind == Field::email)
    add_all(Field::email, card->emails);
  if (out.empty() && sign.change != ConsentChange::review) // a record without any address
    for (const auto kind : {Field::phone, Field::email})
      if (!of_kind(sign.channels, kind).empty())
        out.push_back({kind, events::contact_tag(contact).hash, {}, {}});
  return out;
}

void Interpretation::decide_sign(const ConsentSign& sign, const ConnectorName& source,
                                 std::string by, Position request, const ContactId& contact,
                                 const std::vector<KnownAddress>& own) {
  for (const auto& address : addresses_of(sign, contact, own)) {
    auto narrowed = sign;
    narrowed.channels = of_kind(sign.channels, address.kind);
    if (narrowed.channels.empty())
      continue;
    const ConsentSubject subject{
        address.kind, to_hex(address.hash),    address.value,     address.alias_of, source, by,
        request,      context_.cause.position, context_.cause.now};
    for (auto& decided : decide_consent(facts_.consent_of(address.hash), narrowed, subject))
      change(std::move(decided), address.hash, contact);
  }
}

/// Every contact that has the address is told: the one it was said for, the one who owns it, the
/// one who claims it.
void Interpretation::change(events::ConsentChanged decided, const Hash16& hash,
                            const ContactId& contact) {
  const auto kind = decided.kind;
  // A mark that was taken away while an opt-out stands: the system has to be told again.
  const bool undone = decided.change == ConsentChange::ignored && strength(decided.evidence) == 1
                      && !contact.value.empty();
  const bool changes =
      decided.change != ConsentChange::ignored && decided.change != ConsentChange::review;
  write({std::move(decided), {events::consent_tag(hash)}});
  const auto number = changes_++;
  if (undone)
    return apply_to(contact, number);
  if (!changes)
    return;
  std::set<ContactId> whose;
  if (!contact.value.empty())
    whose.insert(contact);
  if (const auto owner = owner_of(hash, kind))
    whose.insert(owner->contact);
  if (const auto claim = facts_.card_under(events::contested_tag(hash)))
    if (const auto card = facts_.card_of(claim->contact);
        card && contains(card->contested, to_hex(hash)))
      whose.insert(card->contact);
  for (const auto& one : whose)
    apply_to(one, number);
}

void Interpretation::apply_to(const ContactId& contact, std::uint32_t change) {
  consents_.push_back({0,
                       change,
                       {},
                       std::string(apply_consent_kind),
                       contact,
                       made_.contains(contact),
                       {},
                       "unknown"});
}

/// An opt-out follows the number and the person (mission C19): an address that is new to a contact
/// brings its own state along, and takes over what the person said about the others.
void Interpretation::cover_new_addresses(const IdentityCard& before, const ContactId& contact) {
  const auto card = facts_.card_of(contact);
  if (!card)
    return;
  const auto cover = [&](Field kind, const std::vector<std::string>& had,
                         const std::vector<std::string>& has) {
    for (const auto& hex : has) {
      const auto hash = hash16_from_hex(hex);
      if (contains(had, hex) || !hash)
        continue;
      const auto state = facts_.consent_of(*hash);
      const auto restate = [&](const Revocation& r, std::string alias_of) {
        change({kind,
                hex,
                {},
                ConsentChange::revoked,
                {r.channel},
                r.sender,
                "carried_over",
                r.evidence,
                r.source,
                "E6.6",
                "person",
                r.said_at,
                r.position,
                r.received_at,
                std::move(alias_of),
                {}},
               *hash, contact);
      };
      for (const auto& r : state.standing)
        restate(r, r.alias_of);
      for (const auto& other : had)
        if (const auto other_hash = hash16_from_hex(other))
          for (const auto& r : facts_.consent_of(*other_hash).standing)
            if (r.alias_of.empty())
              restate(r, other);
    }
  };
  cover(Field::phone, before.phones, card->phones);
  cover(Field::email, before.emails, card->emails);
}

/// Commands that waited for a key which a card of this decision has.
void Interpretation::release() {
  std::set<Hash16> keys;
  for (const auto& event : out_)
    if (std::holds_alternative<IdentityCard>(event.event))
      for (const auto& tag : event.tags)
        if (tag.kind == events::TagKind::identity)
          keys.insert(tag.hash);
  std::set<std::pair<Position, std::uint32_t>> seen;
  for (const auto& key : keys)
    for (const auto& parked : context_.facts.parked_under(key)) {
      const auto card = facts_.card_under(events::identity_tag(key));
      if (!card)
        continue;
      released_tags_.push_back(events::parked_tag(key));
      if (seen.insert({parked.input, parked.index}).second)
        released_.push_back({0,
                             parked.index,
                             parked.input,
                             parked.kind,
                             card->contact,
                             made_.contains(card->contact),
                             {},
                             "unknown"});
    }
}

std::vector<TaggedEvent> Interpretation::finish(std::uint32_t translated, bool always) {
  release();
  auto number = translated;
  std::vector<AssignedCommand> all;
  for (auto* list : {&consents_, &interpreted_.commands, &released_})
    for (auto& command : *list) {
      if (list != &interpreted_.commands)
        command.index = number++;
      all.push_back(std::move(command));
    }
  interpreted_.commands = std::move(all);
  // Only the first that wakes a new contact may take it for new.
  std::set<ContactId> woken;
  for (auto& command : interpreted_.commands)
    command.new_contact = command.new_contact && woken.insert(command.contact).second;
  if (always || !interpreted_.commands.empty())
    out_.push_back({std::move(interpreted_), std::move(released_tags_)});
  return std::move(out_);
}

} // namespace

std::vector<TaggedEvent> interpret(const Translation& translation, const ConnectorName& connector,
                                   const InterpreterContext& context) {
  Interpretation decision(context, context.cause.position, connector, translation.kind);
  std::uint32_t place = 0;
  for (const auto& command : translation.commands)
    decision.take(command, place++);
  decision.skip(translation.skipped);
  return decision.finish(place, true);
}

std::vector<TaggedEvent> interpret_page(const Translation& translation,
                                        const ConnectorName& connector,
                                        const InterpreterContext& context) {
  constexpr std::size_t events_max = 256; // of one append
  auto out = interpret(translation, connector, context);
  if (out.size() <= events_max)
    return out;
  auto instead =
      quarantined("page_too_large", "The page leads to more events than one append holds.");
  instead.kind = translation.kind;
  return interpret(instead, connector, context);
}

std::vector<TaggedEvent> interpret_request(const events::ConsentRequested& request,
                                           const InterpreterContext& context) {
  Interpretation decision(context, context.cause.position, ConnectorName("api"),
                          std::string(name_of_enum(request.change)));
  decision.take_request(request);
  return decision.finish(0, true);
}

std::vector<TaggedEvent> interpret_answer(const events::Event& answer,
                                          const InterpreterContext& context) {
  ConnectorName source;
  std::vector<TaggedEvent> identity;
  if (const auto* accepted = std::get_if<events::DeliveryAccepted>(&answer)) {
    source = accepted->target;
    identity = learn_remote_id(*accepted, context.tenant, context.hasher, context.facts);
  } else if (const auto* looked_up = std::get_if<events::DeliveryLookedUp>(&answer)) {
    source = looked_up->target;
    identity = forget_record(*looked_up, context.tenant, context.hasher, context.facts);
  }
  Interpretation decision(context, context.cause.position, std::move(source), "answer");
  decision.take_identity(std::move(identity));
  auto out = decision.finish(0, false);
  if (interpreted_in(out)) // first: who reads on knows then that the cards are not all of it
    std::rotate(out.begin(), out.end() - 1, out.end());
  return out;
}

const events::WebhookInterpreted* interpreted_in(const std::vector<TaggedEvent>& decision) {
  for (const auto& event : decision)
    if (const auto* found = std::get_if<events::WebhookInterpreted>(&event.event))
      return found;
  return nullptr;
}

StreamName stream_of(const events::Event& event) {
  const auto* change = std::get_if<events::ConsentChanged>(&event);
  return change ? events::consent_stream(change->address_hash) : events::identity_stream();
}

std::optional<Command> command_of(const AssignedCommand& assigned,
                                  const std::vector<Command>& translated,
                                  std::span<const events::ConsentChanged> changes) {
  if (assigned.kind == apply_consent_kind) {
    if (assigned.place >= changes.size())
      return std::nullopt;
    return ApplyConsent{changes[assigned.place]};
  }
  if (assigned.place >= translated.size())
    return std::nullopt;
  return translated[assigned.place];
}

} // namespace tidemark::domain

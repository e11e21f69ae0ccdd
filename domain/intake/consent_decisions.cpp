#include "domain/intake/consent_decisions.hpp"

#include "base/contains.hpp"
#include "events/format/tags.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::Channel;
using events::ConsentChange;
using events::Field;

std::vector<Channel> of_kind(const std::vector<Channel>& channels, Field kind) {
  std::vector<Channel> out;
  for (const auto channel : channels)
    if ((kind == Field::email) == !is_phone_channel(channel))
      out.push_back(channel);
  return out;
}

void add(std::vector<KnownAddress>& list, KnownAddress address) {
  if (std::none_of(list.begin(), list.end(), [&](const auto& a) { return a.hash == address.hash; }))
    list.push_back(std::move(address));
}

bool stands(const ConsentState& state, const Revocation& r, const std::string& alias_of) {
  return std::any_of(state.active.begin(), state.active.end(), [&](const Revocation& known) {
    return known.channel == r.channel && known.sender == r.sender && known.evidence == r.evidence
           && known.source == r.source && known.record == r.record && known.alias_of == alias_of;
  });
}

bool is_anothers_too(const InterpreterFacts& facts, const KnownAddress& address,
                     const ConsentStatement& statement) {
  for (const auto& claimant : facts.claimants_of(address.hash))
    if (const auto card = current_card(facts, claimant);
        card && card->contact != statement.contact
        && contains(card->contested, to_hex(address.hash)))
      return true;
  const auto holder = holder_of(facts, address.hash, address.kind);
  return statement.by_address && holder && holder->contact != statement.contact;
}

bool has_new(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  return std::any_of(after.begin(), after.end(),
                     [&](const auto& hash) { return !contains(before, hash); });
}

/// Closed, or opened since: a mark of ours may stand for it.
bool accounts_for_mark(const ConsentState& state, Channel channel) {
  return std::find(state.opened.begin(), state.opened.end(), channel) != state.opened.end()
         || std::any_of(state.active.begin(), state.active.end(),
                        [&](const Revocation& r) { return r.channel == channel; });
}

/// An opt-out of a channel that its address does not have, as of SMS at a mailbox. It may be meant
/// of either, so it closes both.
bool is_misfit(const ConsentSignal& sign) {
  return sign.change == ConsentChange::revoked && !sign.address.reveal().empty()
         && !sign.channels.empty() && of_kind(sign.channels, sign.kind).empty();
}

} // namespace

ConsentSignal sign_of(const events::ConsentRequested& request) {
  ConsentSignal out;
  out.change = request.change;
  out.channels = request.channels.empty() ? channels_of(request.kind) : request.channels;
  out.evidence = request.evidence;
  out.rule = "request";
  out.stated_at = request.stated_at;
  out.sender = request.sender;
  out.kind = request.kind;
  return out;
}

ConsentSignal mark_for_all() {
  return {.change = ConsentChange::revoked,
          .channels = {Channel::sms, Channel::call, Channel::whatsapp, Channel::email},
          .evidence = events::Evidence::flag,
          .rule = "any_mark"};
}

ConsentSignal mark_of_deletion() {
  auto out = mark_for_all();
  out.channels = channels_of(Field::phone);
  out.rule = "deleted_there";
  return out;
}

/// Which addresses a statement is about: the one it names with the person's others as aliases, or
/// all of the person's (requirement E6.6), also where the one that it names cannot be read.
std::vector<KnownAddress> ConsentDecisions::addresses_of(const ConsentSignal& sign,
                                                         const ConsentStatement& statement) const {
  std::vector<KnownAddress> out;
  std::string said_about;
  if (const auto named = address_key(draft_.context.hasher, draft_.context.tenant, sign.kind,
                                     sign.address.reveal())) {
    add(out, {sign.kind, named->hash, PiiText(named->text), {}});
    said_about = to_hex(named->hash);
  } else if (sign.change == ConsentChange::granted && !sign.address.reveal().empty()) {
    return out; // words from a number that cannot be read open nothing
  } else {
    for (const auto& address : statement.own)
      add(out, address);
  }
  const auto card =
      statement.contact.value.empty() ? std::nullopt : draft_.facts.card_of(statement.contact);
  if (!card || sign.change == ConsentChange::cleared
      || (sign.change == ConsentChange::review && !out.empty()))
    return out;
  // Whose word it is, is not certain where several have the number: it opens that number only.
  if (sign.change == ConsentChange::granted && !said_about.empty()
      && is_anothers_too(draft_.facts, out.front(), statement))
    return out;
  const auto add_all = [&](Field kind, const std::vector<std::string>& hashes) {
    for (const auto& hex : hashes)
      if (const auto hash = hash16_from_hex(hex))
        add(out, {kind, *hash, {}, said_about});
  };
  const bool of_either = said_about.empty() || is_misfit(sign);
  if (of_either || sign.kind == Field::phone)
    add_all(Field::phone, card->phones);
  if (of_either || sign.kind == Field::email)
    add_all(Field::email, card->emails);
  // While the contact has somebody else's address too, its own word stands for all it is written
  // to.
  const auto itself = events::contact_tag(statement.contact).hash;
  const auto closed = draft_.facts.consent_of(itself).active;
  if (!said_about.empty() && (!card->contested.empty() || !closed.empty())) {
    // What closed it while it had no number the person opens from theirs.
    const bool nameless = sign.change == ConsentChange::granted
                          && std::all_of(closed.begin(), closed.end(),
                                         [](const Revocation& r) { return r.alias_of.empty(); });
    add(out, {sign.kind, itself, {}, nameless && !closed.empty() ? std::string{} : said_about});
  }
  if (!said_about.empty())
    return out;
  // Words that name no number open none of several: a system may repeat what was said from another.
  if (sign.change == ConsentChange::granted && sign.evidence == events::Evidence::message_text
      && out.size() > 1)
    return {};
  for (const auto kind :
       {Field::phone, Field::email}) // it holds for the address that is still to come
    if (!of_kind(sign.channels, kind).empty()
        && std::none_of(out.begin(), out.end(), [&](const auto& a) { return a.kind == kind; }))
      out.push_back({kind, itself});
  return out;
}

/// A mark of ours on the contact's record says nothing about its other addresses where one of them
/// accounts for it, also one that another contact owns.
void ConsentDecisions::drop_own_marks(ConsentSignal& sign, const ConsentStatement& statement,
                                      const std::vector<KnownAddress>& addresses) const {
  std::vector<Hash16> hashes;
  for (const auto& address : addresses)
    hashes.push_back(address.hash);
  if (!statement.contact.value.empty())
    hashes.push_back(events::contact_tag(statement.contact).hash);
  if (const auto card = draft_.facts.card_of(statement.contact))
    for (const auto& hex : card->contested)
      if (const auto hash = hash16_from_hex(hex))
        hashes.push_back(*hash);
  for (const auto& hash : hashes) {
    const auto state = draft_.facts.consent_of(hash);
    std::erase_if(sign.channels, [&](Channel c) { return accounts_for_mark(state, c); });
  }
}

bool ConsentDecisions::decide(ConsentSignal sign, const ConsentStatement& statement) {
  const auto addresses = addresses_of(sign, statement);
  if (is_misfit(sign)) {
    const auto own = channels_of(sign.kind);
    sign.channels.insert(sign.channels.end(), own.begin(), own.end());
  }
  if (sign.kept_by_us)
    drop_own_marks(sign, statement, addresses);
  for (const auto& address : addresses)
    decide_about(address, sign, statement, statement.contact);
  for (const auto& claimant : possible_speakers(sign, statement, addresses))
    for (const auto& hex : sign.kind == Field::email ? claimant.emails : claimant.phones)
      if (const auto hash = hash16_from_hex(hex); hash && *hash != addresses.front().hash)
        decide_about({sign.kind, *hash, {}, addresses.front().address_hash()}, sign, statement,
                     claimant.contact);
  return !addresses.empty();
}

void ConsentDecisions::decide_about(const KnownAddress& address, ConsentSignal sign,
                                    const ConsentStatement& statement, const ContactId& contact) {
  const auto& cause = draft_.context.cause;
  sign.channels = of_kind(sign.channels, address.kind);
  if (sign.channels.empty())
    return;
  const ConsentSubject subject{.kind = address.kind,
                               .address_hash = address.address_hash(),
                               .address = address.value,
                               .alias_of = address.alias_of,
                               .source = statement.source,
                               .by = statement.by,
                               .request = statement.review,
                               .input = cause.position,
                               .received_at = cause.now,
                               .record =
                                   strength(sign.evidence) == 1 ? statement.record : RemoteId{}};
  for (auto& decided : decide_consent(draft_.facts.consent_of(address.hash), sign, subject))
    change(std::move(decided), address.hash, contact);
}

/// Where an opt-out names a number, who has it now is taken for the speaker, but whoever else owns
/// or claims it may be. Nobody can tell, so it holds for all that any of them has.
std::vector<IdentityCard>
ConsentDecisions::possible_speakers(const ConsentSignal& sign, const ConsentStatement& statement,
                                    const std::vector<KnownAddress>& addresses) const {
  std::vector<IdentityCard> out;
  if (sign.change != ConsentChange::revoked || sign.address.reveal().empty() || addresses.empty())
    return out;
  const auto& named = addresses.front();
  const auto holder = holder_of(draft_.facts, named.hash, named.kind);
  const bool others = holder && holder->contact != statement.contact;
  if (!statement.by_address && (!holder || others)) // a record of theirs says who it was
    return out;
  if (others)
    out.push_back(*holder);
  for (const auto& claimant : draft_.facts.claimants_of(named.hash))
    if (auto card = current_card(draft_.facts, claimant);
        card && card->contact != statement.contact
        && contains(card->contested, named.address_hash()))
      out.push_back(*std::move(card));
  return out;
}

/// Every contact that has the address is told: the one it was said for, the one who owns it, the
/// one who claims it.
void ConsentDecisions::change(events::ConsentChanged decided, const Hash16& hash,
                              const ContactId& contact) {
  const auto& facts = draft_.facts;
  const auto kind = decided.kind;
  // A mark that was taken away while an opt-out stands: the system has to be told again.
  const bool undone = decided.change == ConsentChange::ignored && strength(decided.evidence) == 1
                      && !contact.value.empty();
  const bool changes =
      decided.change != ConsentChange::ignored && decided.change != ConsentChange::review;
  draft_.write({std::move(decided), {events::consent_tag(hash)}});
  const auto number = changes_++;
  if (undone)
    return tell(contact, number);
  if (!changes)
    return;
  std::set<ContactId> whose;
  auto answers = contact; // who said it, else who owns the address, else whoever claims it
  if (!contact.value.empty())
    whose.insert(contact);
  if (const auto holder = holder_of(facts, hash, kind)) {
    whose.insert(holder->contact);
    answers = answers.value.empty() ? holder->contact : answers;
  }
  for (const auto& claimant : facts.claimants_of(hash))
    if (const auto card = current_card(facts, claimant);
        card && contains(card->contested, to_hex(hash)))
      whose.insert(card->contact);
  if (answers.value.empty() && !whose.empty())
    answers = *whose.begin();
  for (const auto& one : whose)
    tell(one, number, one == answers);
}

void ConsentDecisions::tell(const ContactId& contact, std::uint32_t change, bool answers) {
  using events::MatchedBy;
  commands_.push_back({0,
                       change,
                       {},
                       events::CommandKind::apply_consent,
                       contact,
                       draft_.made.contains(contact),
                       {answers ? MatchedBy::who_said_it : MatchedBy::same_address}});
}

void ConsentDecisions::copy_revocation(const Revocation& r, Field kind, const std::string& hex,
                                       std::string alias_of, const ContactId& contact) {
  const auto hash = hash16_from_hex(hex);
  change({.kind = kind,
          .address_hash = hex,
          .change = ConsentChange::revoked,
          .channels = {r.channel},
          .sender = r.sender,
          .reason_code = Reason::carried_over,
          .evidence = r.evidence,
          .source = r.source,
          .rule = "E6.6",
          .by = "person",
          .stated_at = r.stated_at,
          .input = r.position,
          .received_at = r.received_at,
          .alias_of = std::move(alias_of),
          .record = r.record},
         *hash, contact);
}

/// The new address takes over what closes `said`. What stands there because of another of the
/// `sayings` comes from that one.
void ConsentDecisions::inherit(Field kind, const std::string& hex, const std::string& said,
                               const std::vector<std::string>& sayings, const ContactId& contact) {
  const auto said_hash = hash16_from_hex(said), hash = hash16_from_hex(hex);
  if (!said_hash || !hash || said == hex)
    return;
  const auto state = draft_.facts.consent_of(*said_hash);
  for (const auto& r : state.active)
    if ((kind == Field::email) != is_phone_channel(r.channel) && !contains(sayings, r.alias_of)
        && !stands(draft_.facts.consent_of(*hash), r, said))
      copy_revocation(r, kind, hex, said, contact);
}

void ConsentDecisions::cover_new_addresses(const IdentityCard& before, const ContactId& contact) {
  const auto card = draft_.facts.card_of(contact);
  if (!card)
    return;
  const auto cover = [&](Field kind, const std::vector<std::string>& had,
                         const std::vector<std::string>& has) {
    auto sayings = had; // also what was said of a number that another contact owns
    sayings.insert(sayings.end(), before.contested.begin(), before.contested.end());
    for (const auto& hex : has) {
      const auto hash = hash16_from_hex(hex);
      if (contains(had, hex) || !hash)
        continue;
      const auto state = draft_.facts.consent_of(*hash);
      for (const auto& r : state.active)
        copy_revocation(r, kind, hex, r.alias_of, contact);
      for (const auto& said : sayings)
        inherit(kind, hex, said, sayings, contact);
    }
  };
  cover(Field::phone, before.phones, card->phones);
  cover(Field::email, before.emails, card->emails);
  if (has_new(before.phones, card->phones) || has_new(before.emails, card->emails))
    adopt_pending({to_hex(events::contact_tag(contact).hash)},
                  contact); // said while it had no address
  // Another contact's address, which this one's record has too (requirement O5).
  for (const auto& hex : card->contested) {
    const auto hash = hash16_from_hex(hex);
    if (contains(before.contested, hex) || !hash)
      continue;
    const auto state = draft_.facts.consent_of(*hash);
    for (const auto& r : state.active)
      copy_revocation(r, is_phone_channel(r.channel) ? Field::phone : Field::email, hex, r.alias_of,
                      contact);
    suppress_contact(*card);
  }
}

/// What closed the contact's own addresses closes the contact, so that nothing is written to it
/// under an address that another contact owns.
void ConsentDecisions::suppress_contact(const IdentityCard& card) {
  const auto own = events::contact_tag(card.contact).hash;
  const auto close = [&](Field kind, const std::vector<std::string>& addresses) {
    for (const auto& hex : addresses)
      if (const auto hash = hash16_from_hex(hex)) {
        const auto state = draft_.facts.consent_of(*hash);
        for (const auto& r : state.active)
          if (r.alias_of.empty() && !stands(draft_.facts.consent_of(own), r, hex))
            copy_revocation(r, kind, to_hex(own), hex, card.contact);
      }
  };
  close(Field::phone, card.phones);
  close(Field::email, card.emails);
}

void ConsentDecisions::adopt_pending(const std::vector<std::string>& keys,
                                     const ContactId& contact) {
  const auto card = draft_.facts.card_of(contact);
  if (!card)
    return;
  const auto nameless = to_hex(events::contact_tag(contact).hash);
  for (const auto& key : keys) {
    const auto said_under = hash16_from_hex(key);
    if (!said_under || contains(card->phones, key) || contains(card->emails, key))
      continue;
    const auto state = draft_.facts.consent_of(*said_under);
    for (const auto& r : state.active) {
      const auto kind = is_phone_channel(r.channel) ? Field::phone : Field::email;
      auto addresses = kind == Field::phone ? card->phones : card->emails;
      if (addresses.empty())
        addresses.push_back(nameless);
      for (const auto& hex : addresses)
        if (const auto hash = hash16_from_hex(hex);
            hash && hex != key && !stands(draft_.facts.consent_of(*hash), r, {}))
          copy_revocation(r, kind, hex, {}, contact);
    }
  }
}

void ConsentDecisions::reissue_active(const IdentityCard& contact) {
  const auto tell_all = [&](Field kind, const std::vector<std::string>& addresses) {
    for (const auto& hex : addresses)
      if (const auto hash = hash16_from_hex(hex))
        for (const auto& r : draft_.facts.consent_of(*hash).active)
          copy_revocation(r, kind, hex, r.alias_of, contact.contact);
  };
  tell_all(Field::phone, contact.phones);
  tell_all(Field::email, contact.emails);
}

void ConsentDecisions::merge_consent(const IdentityCard& contact, const IdentityCard& other) {
  const auto cover = [&](Field kind, const std::vector<std::string>& addresses,
                         const std::vector<std::string>& sayings) {
    for (const auto& hex : addresses)
      for (const auto& said : sayings) {
        const auto hash = hash16_from_hex(hex), said_hash = hash16_from_hex(said);
        if (hash && said_hash && hex != said)
          for (const auto& r : draft_.facts.consent_of(*said_hash).active)
            if (r.alias_of.empty() && !stands(draft_.facts.consent_of(*hash), r, said))
              copy_revocation(r, kind, hex, said, contact.contact);
      }
  };
  reissue_active({.contact = contact.contact, .phones = other.phones, .emails = other.emails});
  cover(Field::phone, contact.phones, other.phones);
  cover(Field::phone, other.phones, contact.phones);
  cover(Field::email, contact.emails, other.emails);
  cover(Field::email, other.emails, contact.emails);
  // A record without any address was closed by itself.
  const auto hash = events::contact_tag(other.contact).hash;
  for (const auto& r : draft_.facts.consent_of(hash).active) {
    const auto kind = is_phone_channel(r.channel) ? Field::phone : Field::email;
    const auto& own = kind == Field::phone ? contact.phones : contact.emails;
    copy_revocation(r, kind,
                    to_hex(own.empty() ? events::contact_tag(contact.contact).hash
                                       : *hash16_from_hex(own.front())),
                    to_hex(hash), contact.contact);
  }
}

} // namespace tidemark::domain

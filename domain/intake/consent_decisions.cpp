#include "domain/intake/consent_decisions.hpp"

#include "base/contains.hpp"
#include "events/format/tags.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::Channel;
using events::ConsentChange;
using events::Field;

std::vector<Channel> of_kind(std::vector<Channel> channels, Field kind) {
  std::erase_if(channels, [&](Channel channel) { return address_kind(channel) != kind; });
  return channels;
}

void add(std::vector<KnownAddress>& list, KnownAddress address) {
  if (std::none_of(list.begin(), list.end(), [&](const auto& a) { return a.hash == address.hash; }))
    list.push_back(std::move(address));
}

bool is_anothers_too(const InterpreterFacts& facts, const KnownAddress& address,
                     const ConsentStatement& statement) {
  const auto is_another = [&](const auto& card) { return card.contact != statement.contact; };
  const auto holder = holder_of(facts, address.hash, address.kind);
  const auto others = claimants(facts, address.hash);
  return std::any_of(others.begin(), others.end(), is_another)
         || (statement.by_address && holder && is_another(*holder));
}

/// Closed, or opened since: a mark of ours may stand for it.
bool accounts_for_mark(const ConsentState& state, const ConsentSignal& mark, Channel channel,
                       Timestamp received_at) {
  return may_be_from_before_opening(state, mark, channel, received_at)
         || std::any_of(state.active.begin(), state.active.end(),
                        [&](const Revocation& r) { return r.channel == channel; });
}

/// An opt-out of a channel that its address does not have, as of SMS at a mailbox. It may be meant
/// of either, so it closes both.
bool is_misfit(const ConsentSignal& sign) {
  return sign.change == ConsentChange::revoked && !sign.address.reveal().empty()
         && !sign.channels.empty() && of_kind(sign.channels, sign.kind).empty();
}

/// What is said of one spelling of a mailbox is said of all (requirement C9); it opens none that is
/// another contact's.
void add_mailbox(std::vector<KnownAddress>& out, const ConsentChanges& changes,
                 const ConsentSignal& sign, const ConsentStatement& statement,
                 const KnownAddress& written) {
  const auto mailbox = mailbox_key(changes.context().hasher, changes.context().tenant, written.kind,
                                   written.value.reveal());
  if (!mailbox)
    return;
  const KnownAddress shared{written.kind, mailbox->hash, PiiText(mailbox->text)};
  if (sign.change != ConsentChange::granted || !is_anothers_too(changes.facts(), shared, statement))
    add(out, shared);
}

/// Which addresses a statement is about: the one it names with the person's others as aliases, or
/// all of the person's (requirement E6.6), also where the one that it names cannot be read.
std::vector<KnownAddress> addresses_of(const ConsentChanges& changes, const ConsentSignal& sign,
                                       const ConsentStatement& statement) {
  std::vector<KnownAddress> out;
  std::optional<AddressHash> said_about;
  if (const auto named = address_key(changes.context().hasher, changes.context().tenant, sign.kind,
                                     sign.address.reveal())) {
    add(out, {sign.kind, named->hash, PiiText(named->text)});
    add_mailbox(out, changes, sign, statement, KnownAddress(out.front()));
    said_about = named->hash;
  } else if (sign.change == ConsentChange::granted && !sign.address.reveal().empty()) {
    return out; // words from a number that cannot be read open nothing
  } else {
    for (const auto& address : statement.own) {
      add(out, address);
      if (sign.change != ConsentChange::granted)
        add_mailbox(out, changes, sign, statement, address);
    }
  }
  const auto card =
      statement.contact.value.empty() ? std::nullopt : changes.facts().card_of(statement.contact);
  if (!card || sign.change == ConsentChange::cleared
      || (sign.change == ConsentChange::review && !out.empty()))
    return out;
  // Whose word it is, is not certain where several have the number: it opens that number only.
  if (sign.change == ConsentChange::granted && said_about
      && is_anothers_too(changes.facts(), out.front(), statement))
    return out;
  for (const auto kind : {Field::phone, Field::email})
    if (!said_about || is_misfit(sign) || sign.kind == kind)
      for (const auto& address : addresses_on(*card, kind))
        add(out, {kind, address, {}, said_about});
  // While the contact has somebody else's address too, its own word stands for all it is written
  // to.
  const auto itself = events::contact_as_address(statement.contact);
  const auto closed = changes.facts().consent_of(itself).active;
  if (said_about && (!card->contested.empty() || !closed.empty())) {
    // What closed it while it had no number the person opens from theirs.
    const bool nameless = sign.change == ConsentChange::granted
                          && std::all_of(closed.begin(), closed.end(),
                                         [](const Revocation& r) { return !r.alias_of; });
    add(out, {sign.kind, itself, {}, nameless && !closed.empty() ? std::nullopt : said_about});
  }
  if (said_about)
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
void drop_own_marks(const ConsentChanges& changes, ConsentSignal& sign,
                    const ConsentStatement& statement, const std::vector<KnownAddress>& addresses) {
  std::vector<AddressHash> hashes;
  for (const auto& address : addresses)
    hashes.push_back(address.hash);
  if (!statement.contact.value.empty())
    hashes.push_back(events::contact_as_address(statement.contact));
  if (const auto card = changes.facts().card_of(statement.contact))
    hashes.insert(hashes.end(), card->contested.begin(), card->contested.end());
  for (const auto& hash : hashes) {
    const auto state = changes.facts().consent_of(hash);
    std::erase_if(sign.channels, [&](Channel c) {
      return accounts_for_mark(state, sign, c, changes.context().cause.now);
    });
  }
}

void decide_about(ConsentChanges& changes, const KnownAddress& address, ConsentSignal sign,
                  const ConsentStatement& statement, const ContactId& contact) {
  const auto& cause = changes.context().cause;
  sign.channels = of_kind(sign.channels, address.kind);
  if (sign.channels.empty())
    return;
  events::ConsentChanged subject;
  subject.kind = address.kind;
  subject.address_hash = address.hash;
  subject.address = address.value;
  subject.alias_of = address.alias_of;
  subject.source = statement.source;
  subject.by = statement.by;
  subject.request = statement.review;
  subject.input = cause.position;
  subject.received_at = cause.now;
  if (!statement.run.empty())
    subject.found = events::FoundByRun{statement.run};
  if (strength(sign.evidence) == 1)
    subject.record = statement.record;
  for (auto& decided : decide_consent(changes.facts().consent_of(address.hash), sign, subject))
    changes.write(std::move(decided), contact);
}

/// Where an opt-out names a number, who has it now is taken for the speaker, but whoever else owns
/// or claims it may be. Nobody can tell, so it holds for all that any of them has.
std::vector<IdentityCard> possible_speakers(const ConsentChanges& changes,
                                            const ConsentSignal& sign,
                                            const ConsentStatement& statement,
                                            const std::vector<KnownAddress>& addresses) {
  std::vector<IdentityCard> out;
  if (sign.change != ConsentChange::revoked || sign.address.reveal().empty() || addresses.empty())
    return out;
  const auto& named = addresses.front();
  const auto holder = holder_of(changes.facts(), named.hash, named.kind);
  const bool others = holder && holder->contact != statement.contact;
  if (!statement.by_address && (!holder || others)) // a record of theirs says who it was
    return out;
  if (others)
    out.push_back(*holder);
  for (auto& card : claimants(changes.facts(), named.hash))
    if (card.contact != statement.contact)
      out.push_back(std::move(card));
  return out;
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

bool decide_statement(ConsentChanges& changes, ConsentSignal sign,
                      const ConsentStatement& statement) {
  const auto addresses = addresses_of(changes, sign, statement);
  if (is_misfit(sign)) {
    const auto own = channels_of(sign.kind);
    sign.channels.insert(sign.channels.end(), own.begin(), own.end());
  }
  if (sign.may_be_known())
    drop_own_marks(changes, sign, statement, addresses);
  for (const auto& address : addresses)
    decide_about(changes, address, sign, statement, statement.contact);
  for (const auto& claimant : possible_speakers(changes, sign, statement, addresses))
    for (const auto& address : addresses_on(claimant, sign.kind))
      if (address != addresses.front().hash)
        decide_about(changes, {sign.kind, address, {}, addresses.front().hash}, sign, statement,
                     claimant.contact);
  return !addresses.empty();
}

} // namespace tidemark::domain

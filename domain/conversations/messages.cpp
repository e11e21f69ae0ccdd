#include "domain/conversations/messages.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/invariant.hpp"
#include "domain/consent/auto_replies.hpp"
#include "domain/consent/keyword_recognition.hpp"
#include "domain/contacts/outbound_actions.hpp"
#include "domain/contacts/state.hpp"

#include <algorithm>
#include <array>

namespace tidemark::domain {
namespace {

/// What a status that was heard of is called as a reason.
Reason heard_of(events::MessageStatus status) {
  static constexpr std::array<Reason, 6> codes{Reason::message_heard_of, Reason::message_queued,
                                               Reason::message_sent,     Reason::message_delivered,
                                               Reason::message_read,     Reason::message_failed};
  TIDEMARK_INVARIANT(static_cast<std::size_t>(status) < codes.size(), "a message's status");
  return codes[static_cast<std::size_t>(status)];
}

using events::Action;
using events::MessageFacts;
using events::MessageStatus;
using events::Outcome;

PiiText hash_of(const PiiText& text) {
  return PiiText(to_hex(sha256(text.reveal())));
}

std::vector<std::string> ids_of(const MessageFacts& message) {
  std::vector<std::string> out;
  if (!message.message_id.empty())
    out.push_back(message.message_id);
  for (const auto& id : message.other_ids)
    if (!id.empty())
      out.push_back(id);
  return out;
}

bool has_id(const KnownMessage& known, const ConnectorName& system, const std::string& id) {
  return std::find(known.ids.begin(), known.ids.end(), MessageId{system, id}) != known.ids.end();
}

bool knows_id_of(const KnownMessage& known, const ConnectorName& system) {
  return std::any_of(known.ids.begin(), known.ids.end(),
                     [&](const auto& id) { return id.system == system; });
}

const PostedMessage* posted_at(const KnownMessage& known, const ConnectorName& system) {
  const auto at = std::find_if(known.posted.begin(), known.posted.end(),
                               [&](const auto& posted) { return posted.system == system; });
  return at == known.posted.end() ? nullptr : &*at;
}

/// A vendor that uses an id twice must not hide a possible opt-out: other words are another
/// message.
bool is_other_opt_out(const KnownMessage& known, const MessageFacts& message) {
  return message.inbound && !posted_at(known, message.source)
         && known.text_sha256 != hash_of(message.text)
         && may_be_opt_out(recognise(message.text.reveal()).sign);
}

/// `Book` is a MessageBook, const or not.
template <class Book>
auto find_by_id(Book& book, const MessageFacts& message) -> decltype(book.messages.data()) {
  for (auto& known : book.messages)
    for (const auto& id : ids_of(message))
      if (has_id(known, message.source, id) && !is_other_opt_out(known, message))
        return &known;
  return nullptr;
}

template <class Book>
auto find_by_delivery(Book& book, const DeliveryId& delivery) -> decltype(book.messages.data()) {
  for (auto& known : book.messages)
    for (const auto& posted : known.posted)
      if (posted.delivery == delivery)
        return &known;
  return nullptr;
}

/// What we posted there and whose id over there was not told yet: the oldest that fits.
const KnownMessage* find_posted(const MessageBook& book, const MessageFacts& message,
                                Timestamp now) {
  for (const auto& known : book.messages) {
    const auto* posted = posted_at(known, message.source);
    if (posted && !knows_id_of(known, message.source) && known.inbound == message.inbound
        && known.text_sha256 == hash_of(message.text) && now - posted->at <= echo_of_post_window)
      return &known;
  }
  return nullptr;
}

/// It may have waited for long: only now does the system have something to tell.
void expect_echo_from(MessageBook& book, const DeliveryId& delivery, Timestamp at) {
  for (auto& known : book.messages)
    for (auto& posted : known.posted)
      if (posted.delivery == delivery)
        posted.at = at;
}

void learn_ids(KnownMessage& known, const MessageFacts& message) {
  for (const auto& id : ids_of(message))
    if (!has_id(known, message.source, id))
      known.ids.push_back({message.source, id});
}

void learn_thread(MessageBook& book, const ConnectorName& system, const std::string& conversation) {
  if (conversation.empty())
    return;
  std::erase_if(book.threads, [&](const auto& thread) { return thread.system == system; });
  book.threads.push_back({system, conversation});
}

std::string thread_of(const MessageBook& book, const ConnectorName& system) {
  for (const auto& thread : book.threads)
    if (thread.system == system)
      return thread.conversation;
  return {};
}

/// Custom providers leave the person's address out (connectors/gohighlevel/README.md fact 21): it
/// is the contact's.
ObserveMessage addressed(ObserveMessage command, const Contact& contact) {
  auto& message = command.message;
  const auto field =
      message.channel == events::Channel::email ? events::Field::email : events::Field::phone;
  if (message.their_address.reveal().empty())
    message.their_address = PiiText(contact.merged.get(field));
  return command;
}

/// What a message without an id is known as: not yet put there, the newest that fits.
KnownMessage* find_unposted(MessageBook& book, const MessageFacts& message,
                            const ConnectorName& system) {
  const auto at = std::find_if(book.messages.rbegin(), book.messages.rend(), [&](const auto& one) {
    return one.source == message.source && one.inbound == message.inbound
           && one.text_sha256 == hash_of(message.text) && !posted_at(one, system);
  });
  return at == book.messages.rend() ? nullptr : &*at;
}

void enqueue_waiting(MessageBook& book, WaitingMessage waiting) {
  book.waiting.push_back(std::move(waiting));
  if (book.waiting.size() > messages_kept_max)
    book.waiting.erase(book.waiting.begin());
}

/// It waits no longer, and is kept in case that the system turns out to have no record.
void set_under_way(MessageBook& book, const events::ActionIntended& e) {
  auto message = *e.message;
  const auto waits = [&](const WaitingMessage& waiting) {
    message.conversation = waiting.message.conversation; // is its own in each system
    return waiting.system == e.target && waiting.delivery.value.empty()
           && waiting.message == message;
  };
  if (const auto at = std::find_if(book.waiting.begin(), book.waiting.end(), waits);
      at != book.waiting.end())
    at->delivery = e.delivery;
  else
    enqueue_waiting(book, {e.target, e.delivery, *e.message});
}

/// Only its sender knows how far a message has come: the system that told of it first, or whoever
/// was asked to send it. One that merely shows it calls it delivered as soon as it stands there.
bool tells_status(const KnownMessage& known, const MessageFacts& message) {
  const bool sent_elsewhere = known.to_be_sent || known.source == own_words;
  return sent_elsewhere != (known.source == message.source);
}

/// One decision about a message under construction.
struct MessageDecision {
  const ObserveMessage& command;
  const SyncRules& rules;
  events::MessageObserved observed;
  OutboundActions outbound;

  /// The facts as another system shall have them: in its own thread.
  MessageFacts facts_for(const SystemRule& system) const {
    auto out = command.message;
    out.conversation = thread_of(outbound.contact.messages, system.name);
    return out;
  }

  void show(const SystemRule& system) {
    if (!outbound.can_take(system, Lacking::waits))
      return;
    auto intent = outbound.action(system, Action::log_message);
    intent.message = facts_for(system);
    outbound.intend(system, std::move(intent));
  }

  void show_elsewhere(const ConnectorName& sender) {
    if (command.message.channel == events::Channel::email)
      return; // recorded only
    for (const auto& system : rules.systems)
      if (system.capabilities.shows_messages && system.name != command.message.source
          && system.name != sender)
        show(system);
  }

  void tell_status(const KnownMessage& known, MessageStatus status, const std::string& code,
                   const std::string& text) {
    const auto* owner = rules.find(known.source);
    const auto id = std::find_if(known.ids.begin(), known.ids.end(),
                                 [&](const auto& one) { return one.system == known.source; });
    if (!owner || !owner->receives || id == known.ids.end())
      return;
    auto intent = outbound.action(*owner, Action::set_status);
    intent.needs_record = false;
    intent.shown_as = id->id;
    intent.context = {};
    intent.message = MessageFacts{};
    intent.message->source = known.source;
    intent.message->message_id = id->id;
    intent.message->status = status;
    intent.message->error_code = code;
    intent.message->error_text = text;
    outbound.intend(*owner, std::move(intent));
  }

  /// A system that shows a message of somebody else takes it for delivered: a failure is told.
  /// Where its id over there is not known yet, the lane fills it in when the post is answered.
  void tell_failure_where_shown(const ConnectorName& source,
                                const std::vector<PostedMessage>& posts,
                                const std::vector<MessageId>& ids) {
    for (const auto& post : posts) {
      const auto* system = rules.find(post.system);
      if (!system || !system->receives || !system->capabilities.shows_messages)
        continue;
      const auto id = std::find_if(ids.begin(), ids.end(),
                                   [&](const auto& one) { return one.system == post.system; });
      auto intent = outbound.action(*system, Action::set_status);
      intent.shown_as = id == ids.end() ? "" : id->id;
      intent.context = {};
      intent.message = MessageFacts{};
      intent.message->source = source;
      intent.message->message_id = command.message.message_id;
      intent.message->other_ids = {post.delivery.value};
      intent.message->status = MessageStatus::failed;
      intent.message->error_code = command.message.error_code;
      intent.message->error_text = command.message.error_text;
      outbound.intend(*system, std::move(intent));
    }
  }

  /// Exactly once for each message: asked only while the message is not known as one to be sent.
  void send() {
    const auto* sender = sender_for(rules, command.message.source);
    if (!sender || command.message.channel != events::Channel::sms) {
      observed.outcome = Outcome::skipped;
      observed.reason_code = Reason::nobody_sends_it;
      KnownMessage known;
      known.source = command.message.source;
      known.ids = {{known.source, command.message.message_id}};
      return tell_status(known, MessageStatus::failed, "", "no system that can send is configured");
    }
    auto intent = outbound.action(*sender, Action::send_message);
    intent.needs_record = false;
    intent.message = facts_for(*sender);
    intent.purpose = "conversation";
    outbound.intend(*sender, std::move(intent));
    show_elsewhere(sender->name);
  }

  void on_known(const KnownMessage& known) {
    const auto& message = command.message;
    const auto* posted = posted_at(known, message.source);
    observed.outcome = posted ? Outcome::echo_of : Outcome::no_change;
    observed.reason_code = posted ? Reason::own_message_came_back : Reason::nothing_new;
    observed.echo_of = posted ? posted->delivery : DeliveryId{};
    if (message.to_be_sent && !known.to_be_sent) {
      observed.outcome = Outcome::applied;
      observed.reason_code = Reason::recorded;
      return send();
    }
    if (!tells_status(known, message) || message.status == known.status
        || message.status == MessageStatus::unknown)
      return;
    if (!is_further(known.status, message.status)) {
      observed.outcome = Outcome::superseded;
      observed.reason_code = Reason::status_older_than_known;
      return;
    }
    if (!posted)
      observed.outcome = Outcome::applied;
    observed.reason_code = heard_of(message.status);
    const bool final = message.status >= MessageStatus::delivered;
    if (known.to_be_sent && final)
      tell_status(known, message.status, message.error_code, message.error_text);
    else if (message.status == MessageStatus::failed)
      tell_failure_where_shown(known.source, known.posted, known.ids);
  }

  void on_new() {
    if (command.message.to_be_sent)
      return send();
    show_elsewhere({});
    if (command.message.status != MessageStatus::failed)
      return;
    std::vector<PostedMessage> posts;
    for (const auto& post : outbound.intents)
      posts.push_back({post.target, post.delivery, outbound.cause.now});
    tell_failure_where_shown(command.message.source, posts, {});
  }
};

} // namespace

bool is_further(MessageStatus from, MessageStatus to) {
  if (to == MessageStatus::failed)
    return from < MessageStatus::delivered;
  return from != MessageStatus::failed && from < to;
}

std::vector<events::Event> decide_message(const Contact& contact, const ObserveMessage& told,
                                          const ContactId& id, const SyncRules& rules,
                                          const Cause& cause) {
  const auto command = addressed(told, contact);
  events::MessageObserved observed{
      .message = command.message, .outcome = Outcome::applied, .reason_code = Reason::recorded};
  std::vector<events::TargetOutcome> outcomes;
  std::vector<events::Event> replies;
  MessageDecision decision{command, rules, std::move(observed),
                           OutboundActions{contact, id, rules, cause, outcomes}};
  if (contact.unreadable) {
    decision.observed.outcome = Outcome::parked;
    decision.observed.reason_code = Reason::unknown_event_in_stream;
  } else if (const auto* known = find_by_id(contact.messages, command.message)) {
    decision.on_known(*known);
  } else if (const auto* sent = find_posted(contact.messages, command.message, cause.now)) {
    decision.on_known(*sent);
  } else {
    decision.on_new();
    replies = answer_help(contact, command, id, rules, cause);
  }
  decision.observed.targets = std::move(outcomes);
  std::vector<events::Event> out;
  out.emplace_back(std::move(decision.observed));
  for (auto& intent : decision.outbound.intents)
    out.emplace_back(std::move(intent));
  for (auto& reply : replies)
    out.push_back(std::move(reply));
  return out;
}

void show_waiting_messages(OutboundActions& outbound) {
  const auto& book = outbound.contact.messages;
  auto waiting = book.waiting;
  std::stable_sort(waiting.begin(), waiting.end(), [](const auto& a, const auto& b) {
    return a.message.stated_at < b.message.stated_at;
  });
  for (auto& one : waiting) {
    const auto* system = outbound.rules.find(one.system);
    if (!one.delivery.value.empty() || !system || !outbound.can_reach(*system)
        || outbound.is_full())
      continue;
    auto intent = outbound.action(*system, Action::log_message);
    intent.message = std::move(one.message);
    intent.message->conversation = thread_of(book, one.system);
    outbound.intend(*system, std::move(intent));
  }
}

void evolve(MessageBook& book, const events::MessageObserved& e) {
  if (e.reason_code == Reason::unknown_event_in_stream)
    return;
  const auto& message = e.message;
  for (const auto& target : e.targets)
    if (is_waiting(target))
      enqueue_waiting(book, {target.target, {}, message});
  learn_thread(book, message.source, message.conversation);
  auto* known = find_by_id(book, message);
  if (!known && !e.echo_of.value.empty())
    known = find_by_delivery(book, e.echo_of);
  if (!known) {
    known = &book.messages.emplace_back();
    known->source = message.source;
    known->inbound = message.inbound;
    known->text_sha256 = hash_of(message.text);
  }
  if (message.to_be_sent && !known->to_be_sent) {
    known->to_be_sent = true; // what its own system said about the sending was not true
    known->status = MessageStatus::unknown;
  }
  learn_ids(*known, message);
  if (tells_status(*known, message) && is_further(known->status, message.status))
    known->status = message.status;
  if (book.messages.size() > messages_kept_max)
    book.messages.erase(book.messages.begin());
}

void evolve(MessageBook& book, const events::ActionIntended& e, Timestamp recorded_at) {
  const bool posts = e.action == Action::log_message || e.action == Action::send_message;
  if (!posts || !e.message)
    return;
  if (e.action == Action::log_message)
    set_under_way(book, e);
  auto* known = find_by_id(book, *e.message);
  if (!known && ids_of(*e.message).empty())
    known = find_unposted(book, *e.message, e.target);
  if (!known) { // our own words: nobody told of them
    known = &book.messages.emplace_back();
    known->source = e.message->source;
    known->text_sha256 = hash_of(e.message->text);
    known->inbound = e.message->inbound;
  }
  known->posted.push_back({e.target, e.delivery, recorded_at});
}

void evolve(MessageBook& book, const events::DeliveryDispatched& e, Timestamp recorded_at) {
  if (e.effect)
    expect_echo_from(book, e.delivery, recorded_at);
}

void evolve(MessageBook& book, const events::ActionAccepted& e, Timestamp recorded_at) {
  message_post_failed(book, e.facts.delivery, false);
  expect_echo_from(book, e.facts.delivery, recorded_at);
  learn_thread(book, e.target, e.conversation);
  auto* known = find_by_delivery(book, e.facts.delivery);
  if (known && !e.result_id.empty() && !has_id(*known, e.target, e.result_id))
    known->ids.push_back({e.target, e.result_id});
}

void message_post_failed(MessageBook& book, const DeliveryId& delivery, bool for_want_of_record) {
  const auto waiting = std::find_if(book.waiting.begin(), book.waiting.end(),
                                    [&](const auto& one) { return one.delivery == delivery; });
  if (waiting == book.waiting.end())
    return;
  if (!for_want_of_record) {
    book.waiting.erase(waiting);
    return;
  }
  waiting->delivery = {};
  if (auto* known = find_by_delivery(book, delivery))
    std::erase_if(known->posted, [&](const auto& posted) { return posted.delivery == delivery; });
}

} // namespace tidemark::domain

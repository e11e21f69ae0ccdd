#include "domain/conversations/messages.hpp"

#include "base/bytes.hpp"
#include "base/contains.hpp"
#include "base/crypto.hpp"
#include "base/invariant.hpp"
#include "domain/consent/auto_replies.hpp"
#include "domain/consent/keyword_recognition.hpp"

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
  return PiiText(sha256_hex(text.reveal()));
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
  return contains(known.ids, MessageId{system, id});
}

/// What a list says about one system; null when nothing.
template <class List>
auto at_system(const List& list, const ConnectorName& system) -> decltype(list.data()) {
  const auto at =
      std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.system == system; });
  return at == list.end() ? nullptr : &*at;
}

/// A vendor that uses an id twice must not hide a possible opt-out: other words are another
/// message.
bool is_other_opt_out(const KnownMessage& known, const MessageFacts& message) {
  return message.inbound && !at_system(known.posted, message.source)
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
    const auto* posted = at_system(known.posted, message.source);
    if (posted && !at_system(known.ids, message.source) && known.inbound == message.inbound
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
  const auto* thread = at_system(book.threads, system);
  return thread ? thread->conversation : std::string();
}

/// Custom providers leave the person's address out (connectors/gohighlevel/README.md fact 21): it
/// is the contact's.
ObserveMessage addressed(ObserveMessage command, const Contact& contact) {
  auto& message = command.message;
  const auto field = address_kind(message.channel);
  if (message.their_address.reveal().empty())
    message.their_address = PiiText(contact.merged.get(field));
  return command;
}

/// What a message without an id is known as: not yet put there, the newest that fits.
KnownMessage* find_unposted(MessageBook& book, const MessageFacts& message,
                            const ConnectorName& system) {
  const auto at = std::find_if(book.messages.rbegin(), book.messages.rend(), [&](const auto& one) {
    return one.source == message.source && one.inbound == message.inbound
           && one.text_sha256 == hash_of(message.text) && !at_system(one.posted, system);
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

/// What was heard of a message, and what follows elsewhere.
struct MessageDecision {
  const ObserveMessage& command;
  events::MessageObserved observed;
  Plan plan;

  /// The facts as another system shall have them: in its own thread.
  MessageFacts facts_for(const SystemRule& system) const {
    auto out = command.message;
    out.conversation = thread_of(plan.contact.messages, system.name);
    return out;
  }

  void show_elsewhere(const ConnectorName& sender) {
    if (command.message.channel == events::Channel::email)
      return; // recorded only
    for (const auto& system : plan.rules.systems)
      if (system.capabilities.shows_messages && system.name != command.message.source
          && system.name != sender && plan.can_take(system, Lacking::waits)) {
        auto intent = plan.action(system, Action::log_message);
        intent.message = facts_for(system);
        plan.intend(system, std::move(intent));
      }
  }

  /// `known_as`: what the system calls the message, null where that is not known yet.
  events::ActionIntended status_at(const SystemRule& system, const MessageId* known_as,
                                   MessageStatus status, const std::string& code,
                                   const std::string& text) const {
    auto out = plan.action(system, Action::set_status);
    out.shown_as = known_as ? known_as->id : "";
    out.context = {};
    out.message = MessageFacts{};
    out.message->status = status;
    out.message->error_code = code;
    out.message->error_text = text;
    return out;
  }

  void tell_status(const KnownMessage& known, MessageStatus status, const std::string& code,
                   const std::string& text) {
    const auto* owner = plan.rules.find(known.source);
    const auto* at_owner = at_system(known.ids, known.source);
    if (!owner || !owner->receives || !at_owner)
      return;
    auto intent = status_at(*owner, at_owner, status, code, text);
    intent.needs_record = false;
    intent.message->source = known.source;
    intent.message->message_id = at_owner->id;
    plan.intend(*owner, std::move(intent));
  }

  /// A system that shows a message of somebody else takes it for delivered: a failure is told.
  /// Where its id over there is not known yet, the lane fills it in when the post is answered.
  void tell_failure_where_shown(const ConnectorName& source,
                                const std::vector<PostedMessage>& posts,
                                const std::vector<MessageId>& ids) {
    const auto& message = command.message;
    for (const auto& post : posts) {
      const auto* system = plan.rules.find(post.system);
      if (!system || !system->receives || !system->capabilities.shows_messages)
        continue;
      auto intent = status_at(*system, at_system(ids, post.system), MessageStatus::failed,
                              message.error_code, message.error_text);
      intent.message->source = source;
      intent.message->message_id = message.message_id;
      intent.message->other_ids = {post.delivery.value};
      plan.intend(*system, std::move(intent));
    }
  }

  /// Exactly once for each message: asked only while the message is not known as one to be sent.
  void send() {
    const auto* sender = sender_for(plan.rules, command.message.source);
    if (!sender || command.message.channel != events::Channel::sms) {
      end_as(observed, Outcome::skipped, Reason::nobody_sends_it);
      KnownMessage known;
      known.source = command.message.source;
      known.ids = {{known.source, command.message.message_id}};
      return tell_status(known, MessageStatus::failed, "", "no system that can send is configured");
    }
    auto intent = plan.action(*sender, Action::send_message);
    intent.needs_record = false;
    intent.message = facts_for(*sender);
    intent.purpose = "conversation";
    plan.intend(*sender, std::move(intent));
    show_elsewhere(sender->name);
  }

  /// Of a list: where its system told of the message, that says more.
  void keep() {
    const bool known = find_by_id(plan.contact.messages, command.message);
    end_as(observed, known ? Outcome::no_change : Outcome::applied, Reason::said_before_import);
  }

  void on_known(const KnownMessage& known) {
    const auto& message = command.message;
    const auto* posted = at_system(known.posted, message.source);
    posted ? end_as(observed, Outcome::echo_of, Reason::own_message_came_back)
           : end_as(observed, Outcome::no_change, Reason::nothing_new);
    observed.echo_of = posted ? posted->delivery : DeliveryId{};
    if (message.to_be_sent && !known.to_be_sent) {
      end_as(observed, Outcome::applied, Reason::recorded);
      return send();
    }
    if (!tells_status(known, message) || message.status == known.status
        || message.status == MessageStatus::unknown)
      return;
    if (!is_further(known.status, message.status))
      return end_as(observed, Outcome::superseded, Reason::status_older_than_known);
    end_as(observed, posted ? observed.outcome : Outcome::applied, heard_of(message.status));
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
    for (const auto& target : plan.outcomes)
      if (target.outcome == Outcome::pending)
        posts.push_back({target.target, target.delivery, plan.cause.now});
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
                                          const DecisionContext& context) {
  const auto command = addressed(told, contact);
  MessageDecision decision{
      command, {command.message, Outcome::applied, Reason::recorded, {}, {}}, {contact, context}};
  decision.plan.begin("activity");
  if (contact.unreadable)
    end_as_unreadable(decision.observed);
  else if (command.listed)
    decision.keep();
  else if (const auto* known = find_by_id(contact.messages, command.message))
    decision.on_known(*known);
  else if (const auto* sent = find_posted(contact.messages, command.message, context.cause.now))
    decision.on_known(*sent);
  else {
    decision.on_new();
    answer_help(decision.plan, command);
  }
  return decision.plan.behind(std::move(decision.observed));
}

void show_waiting_messages(Plan& plan) {
  const auto& book = plan.contact.messages;
  auto waiting = book.waiting;
  std::stable_sort(waiting.begin(), waiting.end(), [](const auto& a, const auto& b) {
    return a.message.stated_at < b.message.stated_at;
  });
  for (auto& one : waiting) {
    const auto* system = plan.rules.find(one.system);
    if (!one.delivery.value.empty() || !system || !plan.can_reach(*system) || plan.is_full())
      continue;
    auto intent = plan.action(*system, Action::log_message);
    intent.message = std::move(one.message);
    intent.message->conversation = thread_of(book, one.system);
    plan.intend(*system, std::move(intent));
  }
}

void evolve(MessageBook& book, const events::MessageObserved& e) {
  // What a list has is of before: it takes no place of what is going on.
  if (e.reason_code == Reason::unknown_event_in_stream
      || e.reason_code == Reason::said_before_import)
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
  if (e.repeats) // what failed before brings no echo
    std::erase_if(known->posted, [&](const auto& posted) {
      return contains(e.repeats->earlier, posted.delivery);
    });
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

Reason message_cared_for(const MessageBook& book, const events::ActionIntended& failed) {
  if (!failed.message)
    return Reason::none;
  const auto ids = ids_of(*failed.message);
  const auto is_same = [&](const MessageFacts& message) {
    if (message.source != failed.message->source)
      return false;
    if (ids.empty())
      return message.text == failed.message->text && message.stated_at == failed.message->stated_at;
    return std::any_of(ids.begin(), ids.end(),
                       [&](const auto& id) { return contains(ids_of(message), id); });
  };
  for (const auto& waiting : book.waiting)
    if (waiting.system == failed.target && waiting.delivery != failed.delivery
        && is_same(waiting.message))
      return waiting.delivery.value.empty() ? Reason::waits_for_record : Reason::already_shown;
  const auto* known = find_by_id(book, *failed.message);
  if (!known)
    return Reason::none;
  const auto* posted = at_system(known->posted, failed.target);
  return posted && posted->delivery != failed.delivery ? Reason::already_shown : Reason::none;
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

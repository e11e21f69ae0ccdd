#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "explanation/explained.hpp"
#include "storage/recorded_event.hpp"
#include "storage/stored_event.hpp"

#include <fmt/format.h>

#include <set>

// Which events belong to a subject's chain.
namespace tidemark::explanation {
namespace {

/// How far behind a webhook its interpretation is looked for when the tables do not tell.
constexpr std::size_t search_records_max = 1'000'000;

/// What a delivery's chain begins with.
struct Intent {
  ContactId contact;
  Position webhook;
};

/// Webhooks, listed pages and what people asked for.
bool is_read_as_commands(const events::Event& event) {
  return std::holds_alternative<events::WebhookReceived>(event)
         || std::holds_alternative<events::ConsentRequested>(event)
         || std::holds_alternative<events::OptOutImported>(event)
         || std::holds_alternative<events::ContactImported>(event)
         || std::holds_alternative<events::MessageImported>(event)
         || std::holds_alternative<events::BackfillPageReceived>(event)
         || std::holds_alternative<events::WebhookReprocessRequested>(event)
         || std::holds_alternative<events::ListsRebuildRequested>(event)
         || std::holds_alternative<events::ContactsMergeRequested>(event)
         || std::holds_alternative<events::ContactsUnmergeRequested>(event)
         || std::holds_alternative<events::ParkedReleaseRequested>(event)
         || std::holds_alternative<events::MappingRepairRequested>(event)
         || std::holds_alternative<events::DeliveryRetryRequested>(event);
}

/// An answer that makes a record known is read as commands too: it releases what waited for the
/// record. It begins a chain of its own then.
bool may_release(const events::Event& event) {
  return std::holds_alternative<events::DeliveryAccepted>(event)
         || std::holds_alternative<events::DeliveryLookedUp>(event);
}

class Collector {
public:
  /// Looks no further than where the log ended when it was asked for the first time: a running
  /// service's tables may tell of later events.
  explicit Collector(const Source& source)
      : source_(source), log_(source.log), tenant_(source.tenant), end_(source.log.durable()) {}

  /// Every event about the contact; with the webhooks at their root. With a correlation only what
  /// followed from it, and what took the place of that.
  Status add_contact(const ContactId& contact, Position only_correlation = {}) {
    TRY(positions, log_.tagged(tenant_, events::contact_tag(contact), Position{}, SIZE_MAX));
    std::set<Position> roots;
    std::set<DeliveryId> intended;
    for (const auto position : positions) {
      if (position > end_)
        break;
      TRY(event, read(position));
      const auto root = event.envelope.correlation;
      if (only_correlation == Position{} || root == only_correlation) {
        roots.insert(root);
        if (const auto* intent = std::get_if<events::DeliveryIntended>(&event.event))
          intended.insert(intent->delivery);
        else if (const auto* action = std::get_if<events::ActionIntended>(&event.event))
          intended.insert(action->delivery);
      } else {
        const auto* gone = std::get_if<events::DeliverySuperseded>(&event.event);
        if (gone == nullptr || !intended.contains(gone->delivery))
          continue;
      }
      found_.emplace(position, std::move(event));
    }
    for (const auto root : roots)
      if (const auto status = add_root(root); !status)
        return status;
    return Done{};
  }

  /// The webhook, its interpretation and what followed for its contacts.
  Status add_webhook(Position webhook) {
    TRY(root, read(webhook));
    if (!is_read_as_commands(root.event))
      return Error{"bad_usage", fmt::format("the event {} is no webhook or request but {}; "
                                            "log show {} says what it is",
                                            webhook.value, root.envelope.type, webhook.value)};
    if (const auto status = add_root(webhook); !status)
      return status;
    // What was released later was decided under the input that released it.
    std::set<std::pair<ContactId, Position>> contacts;
    for (const auto& [position, event] : found_)
      if (const auto* read_as = std::get_if<events::WebhookInterpreted>(&event.event))
        for (const auto& command : read_as->commands)
          if (read_as->webhook == webhook || command.input == webhook)
            contacts.emplace(command.contact, read_as->webhook);
    for (const auto& [contact, because] : contacts)
      if (const auto status = add_contact(contact, because); !status)
        return status;
    return Done{};
  }

  /// Keeps what concerns one delivery, and the roots.
  void keep_delivery(const std::string& delivery) {
    std::erase_if(found_, [&](const auto& item) {
      for (const auto& entry : entries_of(item.second))
        if (entry.delivery == delivery || entry.kind == "input")
          return false;
      return !std::holds_alternative<events::WebhookInterpreted>(item.second.event);
    });
  }

  /// Whose delivery it is and which webhook led to it; from the tables, or when they do not have it
  /// (behind, or dropped) from the log itself.
  Result<std::optional<Intent>> intent_of(const DeliveryId& delivery) {
    const auto view = projections::delivery(source_.scan, tenant_, delivery);
    if (view && view.value())
      return std::optional(Intent{(*view)->contact, (*view)->webhook});
    std::optional<Intent> found;
    const auto look = [&](std::string_view record) -> Result<bool> {
      TRY(header, events::read_header(record));
      if ((header.type != events::DeliveryIntended::name
           && header.type != events::ActionIntended::name)
          || record.find(delivery.value) == std::string_view::npos)
        return true;
      const auto event = read(header.position);
      if (!event)
        return true; // another tenant's
      const auto match = [&](const auto& intended) {
        if (intended.delivery == delivery)
          found = Intent{intended.contact, event->envelope.correlation};
      };
      if (const auto* action = std::get_if<events::ActionIntended>(&event->event))
        match(*action);
      else
        match(std::get<events::DeliveryIntended>(event->event));
      return !found;
    };
    TRYV(storage::read_each(log_, Position{}, SIZE_MAX, look));
    return found;
  }

  std::vector<events::Recorded> take() {
    std::vector<events::Recorded> events;
    for (auto& [position, event] : found_)
      events.push_back(std::move(event));
    return events;
  }

  Result<events::Recorded> read(Position position) {
    TRY(stored, log_.at(position));
    if (!stored || stored->envelope.tenant != tenant_)
      return Error{"not_found",
                   fmt::format("there is no event {} of this tenant; the log ends at {}",
                               position.value, log_.durable().value)};
    TRY(event, events::decode(stored->envelope.type, stored->payload));
    return events::Recorded{stored->envelope, std::move(event)};
  }

private:
  Status add_root(Position root) {
    if (root == Position{} || !roots_.insert(root).second)
      return Done{};
    TRY(event, read(root));
    const bool read_as = is_read_as_commands(event.event) || may_release(event.event);
    found_.emplace(root, std::move(event));
    TRYV(add_repeats(root));
    TRYV(add_marks(root));
    if (!read_as)
      return Done{};
    TRY(position, interpretation_of(root));
    if (position == Position{} || position > end_)
      return Done{}; // not interpreted yet
    TRY(interpretation, read(position));
    const auto meaning = std::get<events::WebhookInterpreted>(interpretation.event);
    found_.emplace(position, std::move(interpretation));
    if (const auto status = add_beside(root, position); !status)
      return status;
    for (const auto& command : meaning.commands)
      if (const auto status = add_root(command.input); !status)
        return status;
    return Done{};
  }

  /// How often it came again, as one: the newest of these events with the sum of all.
  Status add_repeats(Position root) {
    TRY(positions, log_.tagged(tenant_, storage::stream_tag(events::repeats_stream(root)),
                               Position{}, SIZE_MAX));
    std::optional<events::Recorded> newest;
    std::uint64_t times = 0;
    for (const auto position : positions) {
      if (position > end_)
        break;
      TRY(event, read(position));
      auto* repeated = std::get_if<events::WebhookRepeated>(&event.event);
      if (repeated == nullptr)
        continue;
      times += repeated->times;
      repeated->times = times;
      newest = std::move(event);
    }
    if (newest)
      found_.emplace(newest->envelope.position, *std::move(newest));
    return Done{};
  }

  /// What people said of it.
  Status add_marks(Position root) {
    TRY(positions, log_.tagged(tenant_, storage::stream_tag(events::marks_stream(root)), Position{},
                               SIZE_MAX));
    for (const auto position : positions) {
      if (position > end_)
        break;
      TRY(event, read(position));
      found_.emplace(position, std::move(event));
    }
    return Done{};
  }

  /// The rest of the same decision that people ask about: consent, reviews, merges, what was
  /// parked.
  Status add_beside(Position root, Position interpretation) {
    for (const bool forward : {false, true})
      for (auto at = interpretation.value; at > 1 && at <= end_.value;) {
        at = forward ? at + 1 : at - 1;
        auto event = at <= end_.value ? read(Position{at}) : Result<events::Recorded>(Error{});
        if (!event || event->envelope.cause != root
            || event->envelope.decider != events::Decider::interpreter)
          break;
        const bool parked = std::holds_alternative<events::CommandParked>(event->event);
        const auto tags = event->envelope.tags;
        if (parked || std::holds_alternative<events::ConsentChanged>(event->event)
            || std::holds_alternative<events::ContactsMerged>(event->event)
            || std::holds_alternative<events::ContactsUnmerged>(event->event)
            || std::holds_alternative<events::IdentityReviewRequested>(event->event))
          found_.emplace(Position{at}, std::move(*event));
        if (parked)
          if (const auto status = add_release(root, Position{at}, tags); !status)
            return status;
      }
    return Done{};
  }

  /// The input that named what the parked command waited for.
  Status add_release(Position parked_input, Position parked, const std::vector<events::Tag>& tags) {
    for (const auto& tag : tags) {
      if (tag.kind != events::TagKind::subject) // the stream's own tag leads to everything
        continue;
      TRY(positions, log_.tagged(tenant_, tag, parked, SIZE_MAX));
      for (const auto position : positions) {
        const auto event = position <= end_ ? read(position) : Result<events::Recorded>(Error{});
        if (event && std::holds_alternative<events::CommandTimedOut>(event->event)
            && std::get<events::CommandTimedOut>(event->event).input == parked_input)
          found_.emplace(position, *event);
        const auto* released =
            event ? std::get_if<events::WebhookInterpreted>(&event->event) : nullptr;
        if (!released || !releases(*released, parked_input))
          continue;
        found_.emplace(position, *event);
        return add_root(event->envelope.correlation);
      }
    }
    return Done{};
  }

  static bool releases(const events::WebhookInterpreted& meaning, Position input) {
    for (const auto& command : meaning.commands)
      if (command.input == input)
        return true;
    return false;
  }

  /// From the tables; when they do not have it (behind, or dropped), from the log itself.
  Result<Position> interpretation_of(Position webhook) {
    const auto view = projections::webhook(source_.scan, tenant_, webhook);
    if (view && view.value())
      return (*view)->interpreted;
    Position found;
    const auto look = [&](std::string_view record) -> Result<bool> {
      TRY(header, events::read_header(record));
      if (header.cause == webhook && header.type == events::WebhookInterpreted::name)
        found = header.position;
      return found == Position{};
    };
    TRYV(storage::read_each(log_, webhook, search_records_max, look));
    return found;
  }

  const Source& source_;
  const storage::LogStore& log_;
  const TenantId& tenant_;
  Position end_;
  std::map<Position, events::Recorded> found_;
  std::set<Position> roots_;
};

Status collect_delivery(const Question& question, Collector& collector, Chain& chain) {
  TRY(intent, collector.intent_of(DeliveryId(question.delivery)));
  if (!intent)
    return Error{"not_found", "no delivery of this tenant has that id; explain the contact to see "
                              "its deliveries"};
  chain.subject_kind = "delivery";
  chain.subject = question.delivery;
  const auto status = collector.add_contact(intent->contact, intent->webhook);
  collector.keep_delivery(question.delivery);
  return status;
}

} // namespace

Result<Chain> collect_chain(const Source& source, const Question& question) {
  Chain chain;
  Collector collector(source);
  Status status = Done{};
  if (question.contact) {
    chain.subject_kind = "contact";
    chain.subject = question.contact->value;
    chain.sharing = question.sharing;
    status = collector.add_contact(*question.contact);
  } else if (!question.delivery.empty()) {
    status = collect_delivery(question, collector, chain);
  } else {
    chain.subject_kind = "webhook";
    chain.subject = std::to_string(question.webhook.value);
    status = collector.add_webhook(question.webhook);
  }
  if (!status)
    return status.error();
  chain.events = collector.take();
  return chain;
}

} // namespace tidemark::explanation

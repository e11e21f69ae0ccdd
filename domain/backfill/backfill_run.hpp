#pragma once
#include "domain/identity/identity.hpp"
#include "events/recorded.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

/// One run over a system's list of contacts, folded from the log: what was listed, what is still
/// under way, what came of the rest. The service goes on by it after a restart; the tool shows it.
namespace tidemark::domain {

class BackfillRun {
public:
  /// `id` is the request's position.
  BackfillRun(Position id, const events::BackfillRequested& request)
      : id_(id), connector_(request.connector), kind_(request.kind), dry_run_(request.dry_run) {}

  /// Events of these types must come by, in log order, from the request on.
  static bool wants(std::string_view type);
  void evolve(const events::Recorded& recorded);

  Position id() const { return id_; }
  const ConnectorName& connector() const { return connector_; }
  events::BackfillKind kind() const { return kind_; }
  bool dry_run() const { return dry_run_; }
  std::uint32_t pages() const { return pages_; }
  /// Where the next page begins.
  const std::string& cursor() const { return cursor_; }
  /// Is or was a page of the run asked for with this cursor? Then the list leads in a circle.
  bool began_at(const std::string& cursor) const {
    return cursor == cursor_ || cursors_.contains(cursor);
  }
  /// The last page has come.
  bool listed() const { return listed_; }
  /// Contacts and deliveries whose end has not come.
  std::size_t under_way() const { return contacts_open_ + deliveries_.size(); }
  const events::BackfillCounts& counts() const { return counts_; }
  const std::optional<events::BackfillFinished>& finished() const { return finished_; }
  /// Waits no longer for deliveries to a system that nothing is sent to any more: they failed.
  void give_up_where(const std::function<bool(const ConnectorName&)>& nothing_is_sent);
  /// Waits no longer for deliveries to a system to which nothing is sent until a restore is signed
  /// for, which in turn waits for this run.
  void leave_where(const std::function<bool(const ConnectorName&)>& is_held);
  /// How the run stands, as its last event.
  events::BackfillFinished summary(Reason reason_code) const;

private:
  struct Page {
    std::size_t undecided = 0; ///< contacts, once it is interpreted
    std::set<ContactId> in_review;
  };
  using Place = std::pair<Position, std::uint32_t>; ///< page and command
  struct Listed {
    std::size_t open = 0; ///< deliveries
    bool in_review = false, failed = false, created = false, kept_back = false, held = false;
  };
  struct Delivery {
    Place of;
    ConnectorName target;
    bool is_create = false;
    bool making = false; ///< the request that left last makes a record
    bool made = false;   ///< one that makes a record may have taken effect
  };
  enum class End { accepted, failed, dropped, held };

  void on(const events::Recorded& at, const events::BackfillPageReceived& e);
  void on(const events::Recorded& at, const events::WebhookInterpreted& e);
  void on(const events::Recorded& at, const events::ContactObserved& e);
  Delivery* find(const DeliveryId& delivery);
  void conclude(const DeliveryId& delivery, End end);
  void conclude_where(const std::function<bool(const ConnectorName&)>& is_meant, End end);
  void count(const Place& place);

  Position id_;
  ConnectorName connector_;
  events::BackfillKind kind_;
  bool dry_run_;
  std::uint32_t pages_ = 0;
  std::string cursor_;
  std::set<std::string> cursors_; ///< of the pages so far
  bool listed_ = false;
  std::size_t contacts_open_ = 0;
  events::BackfillCounts counts_;
  std::map<Position, Page> open_pages_;
  std::map<Place, Listed> contacts_; ///< decided, their deliveries under way
  std::map<DeliveryId, Delivery> deliveries_;
  std::optional<events::BackfillFinished> finished_;
};

/// What a page would lead to, by the decision that it would get: for a dry run. Whether another
/// system has the person is only known to that system, so all who are new here count as created.
events::BackfillCounts would_be(std::uint32_t contacts, const Translation& translation,
                                const std::vector<TaggedEvent>& decision);

} // namespace tidemark::domain

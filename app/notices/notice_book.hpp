#pragma once
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <nlohmann/json_fwd.hpp>

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tidemark::app {

/// Whose alert it is, of which rule, about what.
struct NoticeKey {
  TenantId tenant; ///< "": it is about the whole installation
  std::string rule, subject;
  auto operator<=>(const NoticeKey&) const = default;
};

/// An alert as it is told to people and systems outside.
struct NoticeAlert {
  NoticeKey key;
  std::string severity;
  Timestamp since;
  std::string text; ///< no personal data
  std::optional<Timestamp> over{};
  bool operator==(const NoticeAlert&) const = default;
};

/// Of a receiver, what decides when it is told.
struct NoticeRules {
  std::string receiver; ///< its name
  bool critical_only = false;
  bool second_way = false; ///< only what no other receiver took in time
  bool groups = true;      ///< one notice for all alerts of a tenant's rule, seldom; else every
                           ///< alert at once, and again each minute
  bool heartbeat = false;
  std::vector<TenantId> tenants{}; ///< empty: all
};

/// What one message tells.
struct Notice {
  enum class Kind : std::uint8_t { group, all, heartbeat, test };
  Kind kind = Kind::group;
  std::string id; ///< the same for the same content, so that one who was told twice can tell
  std::vector<NoticeAlert> alerts;
};

/// How it goes with a receiver.
struct ReceiverState {
  std::size_t pending = 0; ///< alerts that it has not been told as they are now
  std::optional<Timestamp> last_told, failing_since;
  std::string last_error; ///< "" when the last one was taken
};

/// Who has been told what. Level, not edge: what is due is the difference between what is so and
/// what the receiver was told, so a message that failed or a process that was killed leaves nothing
/// untold; it may be told twice. Times are given, nothing is read or sent here.
class NoticeBook {
public:
  static constexpr std::chrono::minutes between_notices{5}; ///< of a group to one receiver
  static constexpr std::chrono::minutes first_way_patience{5};
  static constexpr std::chrono::seconds between_repeats{60};
  static constexpr std::chrono::seconds first_retry{10};
  static constexpr std::chrono::minutes longest_retry{10};
  static constexpr std::chrono::hours kept_after_end{24}; ///< tried so long after an alert is over

  explicit NoticeBook(std::vector<NoticeRules> receivers);

  /// What is active now; what was and is not is over. Gives whether the book changed.
  bool see(const std::vector<NoticeAlert>& active, Timestamp now);
  /// What the receiver has to be told now, if anything.
  std::optional<Notice> due(std::size_t receiver, Timestamp now) const;
  void taken(std::size_t receiver, const Notice& notice, Timestamp now);
  void failed(std::size_t receiver, std::string why, Timestamp now);
  /// It works again, as somebody tried: what waits for it is due at once.
  void works(std::size_t receiver);

  ReceiverState state(std::size_t receiver, Timestamp now) const;

  /// All that a next start has to know.
  std::string to_json() const;
  /// Errors: data_damaged; the book is empty then.
  Status read_json(const std::string& json);

private:
  struct Told {
    std::string severity;
    bool over = false;
  };
  struct Entry {
    NoticeAlert alert;
    Timestamp seen_at;
    std::map<std::string, Told> told; ///< by the receiver's name
  };
  struct Progress {
    std::map<std::pair<TenantId, std::string>, Timestamp> groups; ///< when each was told of last
    Timestamp last_any{};                                         ///< with all alerts
    Timestamp last_heartbeat{};
    std::optional<Timestamp> last_told, failing_since;
    Timestamp next_try{};
    std::chrono::seconds wait{0};
    std::string last_error;
  };

  bool concerns(const NoticeRules& rules, const Entry& entry) const;
  bool owes(const NoticeRules& rules, const Entry& entry) const;
  bool is_due(const NoticeRules& rules, const Entry& entry, Timestamp now) const;
  std::optional<Notice> due_group(std::size_t receiver, Timestamp now) const;
  std::optional<Notice> due_all(std::size_t receiver, Timestamp now) const;
  void forget_done(Timestamp now);
  void read_receivers(const nlohmann::ordered_json& json);

  std::vector<NoticeRules> receivers_;
  std::vector<Progress> progress_;
  std::map<NoticeKey, Entry> entries_;
};

} // namespace tidemark::app

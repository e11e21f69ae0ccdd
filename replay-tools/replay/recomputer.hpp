#pragma once
#include "base/keyed_hash.hpp"
#include "base/result.hpp"
#include "events/codec.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>

/// What `tidemark replay verify` needs from the pure code.
namespace tidemark::tools {

/// A decision that comes out differently now.
struct Difference {
  Position position;      ///< of the first recorded event that differs
  std::string what;       ///< plain words, no personal data
  std::string recorded;   ///< the event's type, or "nothing"
  std::string recomputed; ///< likewise
};

/// What became of one append.
struct Recomputed {
  enum class Kind {
    input,            ///< no decision: folded only
    same_rules,       ///< recomputed with the rules it was made with
    older_rules,      ///< made with older rules; recomputed with today's, a difference is no fault
    not_recomputable, ///< this program cannot: an input is missing or the kind is not known
    of_another_share, ///< another recomputer looks at it
  };
  Kind kind = Kind::input;
  std::optional<Difference> difference;
};

/// Which decisions one recomputer looks at. Contacts are dealt out by their ids: what is decided
/// about a contact needs only what belongs to it, besides identity and configuration.
struct Shard {
  std::size_t index = 0;
  std::size_t count = 1;
};

/// One event as a recomputer is fed it.
struct ReplayEvent {
  events::Recorded recorded;
  std::string attachment;
};

/// Walks the log in order: folds what it is fed, and recomputes each decision of its share from
/// what came before. Not for several threads; one each.
class Recomputer {
public:
  virtual ~Recomputer() = default;
  /// Must the event be fed? Else it belongs to another share's contact and says nothing to ours.
  virtual bool reads(const events::RecordHeader& header, std::string_view record) const = 0;
  /// The events of one append; takes from them what it keeps. `compare` false: only fold it, the
  /// range begins later.
  virtual Recomputed feed(std::span<ReplayEvent> append, bool compare) = 0;
  /// An append of which no event is to be fed.
  virtual void pass(const TenantId& tenant, events::Decider decider, Position cause) = 0;
};

/// The recomputer over today's rules. `incarnation` is part of every derived id (rule 13).
std::unique_ptr<Recomputer> make_recomputer(const KeyedHasher& hasher,
                                            const std::string& incarnation, Shard share = {});

} // namespace tidemark::tools

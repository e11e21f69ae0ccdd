#pragma once
#include "explanation/chain.hpp"
#include "projections/table/scan.hpp"
#include "storage/log_store.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>

/// Why something did or did not sync, from the log.
namespace tidemark::explanation {

/// What is read.
struct Source {
  const storage::LogStore& log;
  projections::Scan scan; ///< tables may be behind, or lack the row: then the log itself is read
  TenantId tenant;
};

/// What is asked about: a contact, a delivery or a webhook, the first that is named.
struct Question {
  std::optional<ContactId> contact{};
  std::vector<ContactId> sharing{}; ///< of the contact: who has the address too that was asked for
  std::string delivery{};           ///< its id
  Position webhook{};
  std::string target{}; ///< only this system; "" all
};

/// Events that make up the chain. Errors: not_found, bad_usage and those of reading.
Result<Chain> collect_chain(const Source& source, const Question& question);

/// The subject's chain and what follows from it.
struct Explanation {
  Chain chain;
  std::vector<ChainEntry> entries;
  std::map<std::string, TargetState> targets;
  std::vector<Elsewhere> elsewhere;

  /// The contact that the subject is part of at the end of the log, or null.
  const Elsewhere* part_of() const;
  /// Does an entry speak of the system?
  bool names(const std::string& target) const;
};
/// `reveal`: with words that people wrote. Errors: as of collect_chain.
Result<Explanation> explained(const Source& source, const Question& question, bool reveal);

/// As docs/api.md has it.
nlohmann::ordered_json explanation_json(const Explanation& what, bool reveal);

/// The text, with the person's own words where they may be shown.
std::string shown_text(const ChainEntry& entry, bool reveal);
/// The delivery that an echo is of, or the webhook that a repeat is of; "" none.
std::string shown_of(const ChainEntry& entry);

} // namespace tidemark::explanation

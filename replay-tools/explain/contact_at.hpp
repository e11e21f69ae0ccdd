#pragma once
#include "domain/contacts/state.hpp"
#include "replay-tools/explain/explain.hpp"

/// `tidemark explain --contact KEY --at P`, and `--diff P1 P2`: the contact's state as it was.
namespace tidemark::tools {

/// A position, or the last one at a time (RFC 3339). Reads a few records, however long the log is.
/// Errors: bad_usage, when it is neither, or beyond the end of the log.
Result<Position> position_at(const storage::LogStore& log, const std::string& text);

/// The contact after the events up to `at`, and where the last of them stands.
struct ContactAt {
  domain::Contact contact;
  Position last;
};
/// Reads the contact's own events, however long the log is.
Result<ContactAt> contact_at(const storage::LogStore& log, const TenantId& tenant,
                             const ContactId& id, Position at);

Result<int> show_contact_at(DataFolder& folder, const CommonOptions& common,
                            const ExplainOptions& options, const RevealOptions& reveal);

} // namespace tidemark::tools

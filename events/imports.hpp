#pragma once
#include "base/ids.hpp"
#include "events/activity.hpp"
#include "events/format/field_set.hpp"
#include "events/format/schema.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// Rows of lists from elsewhere. Of opt-outs they are in consent.hpp.
namespace tidemark::events {

/// One row of a list of contacts from elsewhere. An input; stream `import/<file>/contacts`, of a
/// source `import/<file>/contacts.<source>`. It says nothing about consent: rows that do are
/// refused or read without that.
struct ContactImported {
  static constexpr std::string_view name = "contact.imported.v1";
  std::string file_hash; ///< SHA-256 of the file, hex
  std::uint64_t line = 0;
  RemoteId remote_id; ///< `<source>:<id>`, "" where the row is found by its addresses alone
  FieldSet fields;    ///< normalised; only what the row states
  std::vector<std::string> tags;
  std::string reason; ///< what list it is
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(ContactImported, file_hash, line, remote_id, fields, tags, reason, by,
                   request_id)
};

/// One row of a list of messages from elsewhere: what was said before. An input; stream
/// `import/<file>/messages`, of a source `import/<file>/messages.<source>`. It is shown nowhere
/// else and sent by nobody. Where its text is an opt-out, an OptOutImported stands in the same
/// append.
struct MessageImported {
  static constexpr std::string_view name = "message.imported.v1";
  std::string file_hash; ///< SHA-256 of the file, hex
  std::uint64_t line = 0;
  MessageFacts message; ///< its source is the list's, else `import`; with its time
  std::string reason;   ///< what list it is
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(MessageImported, file_hash, line, message, reason, by, request_id)
};

} // namespace tidemark::events

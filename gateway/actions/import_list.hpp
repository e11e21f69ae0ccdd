#pragma once
#include "base/result.hpp"
#include "events/bulk.hpp"

#include <string>

/// What a list from elsewhere is called.
namespace tidemark::gateway {

/// Rows are of a file. Error: bad_file_hash.
Result<std::string> file_hash_named(std::string hash);
/// `channel`: what a row closes that names none; "" for all. Errors: bad_file_hash, bad_channel.
Result<events::BulkImport> opt_out_list(std::string hash, std::string channel);
/// `source`: the system that its ids are of; "" when they are nobody's. Errors: bad_file_hash,
/// bad_source.
Result<events::BulkImport> contact_list(std::string hash, std::string source);

/// `source`: whose messages they are, with their ids; "" when they have none. What we say ourselves
/// comes from no list. Errors: bad_file_hash, bad_source.
Result<events::BulkImport> message_list(std::string hash, std::string source);

} // namespace tidemark::gateway

#include "gateway/actions/import_list.hpp"

#include "domain/consent/auto_replies.hpp"
#include "domain/consent/imported_opt_out.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

constexpr std::string_view usual_channel = "all";
constexpr std::size_t source_max = 200;

bool is_source(std::string_view text) {
  return !text.empty() && text.size() <= source_max && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Result<events::BulkImport> list_of_source(std::string list, std::string hash, std::string source) {
  TRY(known, file_hash_named(std::move(hash)));
  if (!source.empty() && !is_source(source))
    return Error{"bad_source", "source is a word of a to z, 0 to 9, - and _"};
  return events::BulkImport{std::move(list), std::move(known), {}, std::move(source)};
}

} // namespace

Result<std::string> file_hash_named(std::string hash) {
  constexpr std::size_t digits = 64;
  if (hash.size() != digits || hash.find_first_not_of("0123456789abcdef") != std::string::npos)
    return Error{"bad_file_hash", "file_hash is the SHA-256 of the file: 64 digits and letters "
                                  "from a to f"};
  return hash;
}

Result<events::BulkImport> opt_out_list(std::string hash, std::string channel) {
  TRY(known, file_hash_named(std::move(hash)));
  if (channel.empty())
    channel = usual_channel;
  if (!domain::channels_named(channel, events::Field::phone)
      && !domain::channels_named(channel, events::Field::email))
    return Error{"bad_channel", "channel is sms, calls, email or all"};
  return events::BulkImport{"opt_outs", std::move(known), std::move(channel), {}};
}

Result<events::BulkImport> contact_list(std::string hash, std::string source) {
  return list_of_source("contacts", std::move(hash), std::move(source));
}

Result<events::BulkImport> message_list(std::string hash, std::string source) {
  if (source == domain::own_words.value)
    return Error{"bad_source",
                 "source is the system that has the messages: tidemark's own are none "
                 "of a list"};
  return list_of_source("messages", std::move(hash), std::move(source));
}

} // namespace tidemark::gateway

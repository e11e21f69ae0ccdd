//   file := u8 1 · value*        value := text · u64 set at · text by · u64 accepted until, 0 for
//   ever
// Times are microseconds, texts u32 length and bytes; sealed as a whole.
#include "storage/sealing/credential_files.hpp"

#include "base/bytes.hpp"

namespace tidemark::storage {
namespace {

constexpr char credential_format = 1;
constexpr std::string_view credential_folder = "credentials";

std::string credential_file(const TenantId& tenant, const ConnectorName& connector,
                            const std::string& setting) {
  return std::string(credential_folder) + "/" + tenant.value + "." + connector.value + "."
         + setting;
}

std::uint64_t micros_of(Timestamp at) {
  return static_cast<std::uint64_t>(at.time_since_epoch().count());
}

Timestamp from_micros(std::uint64_t micros) {
  return Timestamp{std::chrono::microseconds{static_cast<std::int64_t>(micros)}};
}

SecretText encoded(const StoredCredential& credential) {
  std::string out(1, credential_format);
  for (const auto& one : credential.values) {
    append_text(out, one.value.reveal());
    append_u64(out, micros_of(one.set_at));
    append_text(out, one.by);
    append_u64(out, one.accepted_until ? micros_of(*one.accepted_until) : 0);
  }
  return SecretText(std::move(out));
}

/// The setting's own name may hold full stops; the names before it hold none.
Result<StoredCredential> decoded(const std::string& name, std::string_view bytes) {
  const Error damaged{"data_damaged",
                      "keys/" + name
                          + " cannot be read; delete the file, start again, then set it anew"};
  const auto file = std::string_view(name).substr(credential_folder.size() + 1);
  const auto first = file.find('.');
  const auto second = first == std::string_view::npos ? first : file.find('.', first + 1);
  ByteReader in{bytes};
  if (second == std::string_view::npos || in.u8() != credential_format)
    return damaged;
  StoredCredential out{TenantId(std::string(file.substr(0, first))),
                       ConnectorName(std::string(file.substr(first + 1, second - first - 1))),
                       std::string(file.substr(second + 1)),
                       {}};
  while (in.ok && !in.rest.empty()) {
    auto& one = out.values.emplace_back();
    one.value = SecretText(std::string(in.text()));
    one.set_at = from_micros(in.u64());
    one.by = in.text();
    if (const auto until = in.u64(); until != 0)
      one.accepted_until = from_micros(until);
  }
  if (!in.ok || out.values.empty())
    return damaged;
  return out;
}

} // namespace

Result<std::vector<StoredCredential>> CredentialFiles::read_all() const {
  std::vector<StoredCredential> out;
  TRY(names, files_.in(std::string(credential_folder)));
  for (const auto& name : names) {
    TRY(text, files_.read(name));
    if (!text)
      continue; // removed meanwhile
    TRY(credential, decoded(name, text->reveal()));
    out.push_back(std::move(credential));
  }
  return out;
}

Status CredentialFiles::write(const StoredCredential& credential) const {
  if (!can_write())
    return Error{"store_key_missing", "credentials are kept sealed only: give the service a store "
                                      "key (serve --store-key FILE)"};
  return files_.write(credential_file(credential.tenant, credential.connector, credential.setting),
                      encoded(credential));
}

Status CredentialFiles::remove(const TenantId& tenant, const ConnectorName& connector,
                               const std::string& setting) const {
  return files_.remove(credential_file(tenant, connector, setting));
}

} // namespace tidemark::storage

//   file := u8 1 · value*, none in `staged/` where it is to be removed        value := text · u64
//   set at · text by · u64 accepted until, 0 for ever
// Times are microseconds, texts u32 length and bytes; sealed as a whole.
#include "storage/sealing/credential_files.hpp"

#include "base/bytes.hpp"

namespace tidemark::storage {
namespace {

constexpr char credential_format = 1;
constexpr std::string_view credential_folder = "credentials", staged_folder = "staged";

std::string credential_file(std::string_view folder, const TenantId& tenant,
                            const ConnectorName& connector, const std::string& setting) {
  return std::string(folder) + "/" + tenant.value + "." + connector.value + "." + setting;
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
  const auto file = std::string_view(name).substr(name.find('/') + 1);
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
  if (!in.ok || (out.values.empty() && !name.starts_with(staged_folder)))
    return damaged;
  return out;
}

} // namespace

Result<std::vector<StoredCredential>> CredentialFiles::read_in(std::string_view folder) const {
  std::vector<StoredCredential> out;
  TRY(names, files_.in(std::string(folder)));
  for (const auto& name : names) {
    TRY(text, files_.read(name));
    if (!text)
      continue; // removed meanwhile
    TRY(credential, decoded(name, text->reveal()));
    out.push_back(std::move(credential));
  }
  return out;
}

Status CredentialFiles::write_in(std::string_view folder,
                                 const StoredCredential& credential) const {
  if (!can_write())
    return Error{"store_key_missing", "credentials are kept sealed only: give the service a store "
                                      "key (serve --store-key FILE)"};
  return files_.write(
      credential_file(folder, credential.tenant, credential.connector, credential.setting),
      encoded(credential));
}

Result<std::vector<StoredCredential>> CredentialFiles::read_all() const {
  return read_in(credential_folder);
}

Status CredentialFiles::write(const StoredCredential& credential) const {
  return write_in(credential_folder, credential);
}

Status CredentialFiles::stage(const StoredCredential& credential) const {
  return write_in(staged_folder, credential);
}

Result<std::vector<StoredCredential>> CredentialFiles::staged() const {
  return read_in(staged_folder);
}

Status CredentialFiles::finish(const StoredCredential& credential) const {
  if (credential.values.empty()) {
    TRYV(remove(credential.tenant, credential.connector, credential.setting));
  } else {
    TRYV(write(credential));
  }
  return forget_staged(credential);
}

Status CredentialFiles::forget_staged(const StoredCredential& credential) const {
  return files_.remove(
      credential_file(staged_folder, credential.tenant, credential.connector, credential.setting));
}

Status CredentialFiles::remove(const TenantId& tenant, const ConnectorName& connector,
                               const std::string& setting) const {
  return files_.remove(credential_file(credential_folder, tenant, connector, setting));
}

} // namespace tidemark::storage

#pragma once
#include "base/text/json_reader.hpp"
#include "connectors/gohighlevel/request.hpp"
#include "connectors/shared/outbound.hpp"

#include <string>

/// How an action finds the contact's record, also again.
namespace tidemark::connectors::gohighlevel {

/// The answer says that what was asked about is no more: the vendor's own JSON with 404 or 410, or
/// 400 with words (README fact 9). `Cannot PUT …` means a wrong address instead, and a proxy's page
/// means nothing.
bool is_gone(const HttpAnswer& answer);

/// One attempt of an action at the contact's record, read from its exchanges: each answer leads to
/// the next request or to the end. An id stops resolving when the record is deleted or merged over
/// there; the action goes on with the record that has the contact's number or e-mail then, and ends
/// where nobody has.
///
/// The contact is not told that its record is gone (`Send::gone`): an accepted action cannot say
/// which record took the place, so the contact would hold that there is none, and would tell the
/// found one of no opt-out and show it no call. The next write of values says both.
class RecordAttempt {
public:
  RecordAttempt(const ActionWork& work, const Settings& settings);
  virtual ~RecordAttempt() = default;
  RecordAttempt(const RecordAttempt&) = delete;
  RecordAttempt& operator=(const RecordAttempt&) = delete;

  NextStep run();

protected:
  /// The first request at a known record; asked again after another one was found.
  virtual NextStep begin() = 0;
  /// What follows from an answer to a request other than a search.
  virtual NextStep after(const Exchange& exchange) = 0;

  /// An answer showed the record to be gone: a search, or the end.
  NextStep lost();
  std::string path() const; ///< `/contacts/{id}`

  const ActionWork& work_;
  const Settings& settings_;
  RemoteId id_; ///< of the record to act on, "" until one is found

private:
  NextStep search(events::Field by);
  NextStep after_search(const HttpAnswer& answer);
  bool is_ours(const json::Value& contact) const;
  NextStep nobody() const;

  RemoteId gone_; ///< the record that turned out to be no more
  events::Field searched_by_ = events::Field::phone;
};

} // namespace tidemark::connectors::gohighlevel

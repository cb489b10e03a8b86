"""The names that vendors give the fields of their records, lower-case, as far as we know them.

From the samples of our parsers and the vendors' own references. They serve to tell a misspelled name; a name that is
not here may be right all the same.
"""

_NAMES = {
    "duo": """
        access_device.browser access_device.browser_version access_device.hostname access_device.ip
        access_device.ip.address access_device.is_encryption_enabled access_device.location.city
        access_device.location.country access_device.location.state access_device.os access_device.os_version action
        action.name activity_id actor.details actor.key actor.name actor.type akey alias application.key
        application.name application.type auth_device.ip auth_device.name bypass_status_enabled context credits
        description email enabled_by.key enabled_by.name enabled_for.key enabled_for.name event_type eventtype
        explanations.summary explanations.type factor isotimestamp object outcome.result phone reason result sekey state
        surfaced_auth.access_device.ip surfaced_auth.application.key surfaced_auth.application.name surfaced_auth.factor
        surfaced_auth.reason surfaced_auth.result surfaced_auth.timestamp surfaced_auth.txid surfaced_auth.user.key
        surfaced_auth.user.name surfaced_timestamp target.details target.key target.name target.type telephony_id
        timestamp trusted_endpoint_status ts txid type user.groups user.key user.name username
    """,
    "entra_id": """
        activitydatetime activitydisplayname additionaldetails.key additionaldetails.value appdisplayname appid
        authenticationdetails authenticationprotocol authenticationrequirement calleripaddress category clientappused
        clientip conditionalaccessstatus correlationid createddatetime creationtime crosstenantaccesstype devicedetail
        devicedetail.browser devicedetail.deviceid devicedetail.displayname devicedetail.iscompliant
        devicedetail.ismanaged devicedetail.operatingsystem devicedetail.trusttype durationms hometenantid id identity
        initiatedby initiatedby.app.displayname initiatedby.app.serviceprincipalid initiatedby.user.displayname
        initiatedby.user.id initiatedby.user.ipaddress initiatedby.user.userprincipalname ipaddress isinteractive level
        location location.city location.countryorregion location.geocoordinates.latitude
        location.geocoordinates.longitude location.state loggedbyservice networklocationdetails operation operationname
        operationtype operationversion organizationid properties recordtype resourcedisplayname resourceid
        resourcetenantid result resultdescription resultreason resultsignature resultstatus resulttype riskdetail
        riskeventtype riskeventtypes risklevel risklevelaggregated risklevelduringsignin riskstate serviceprincipalid
        serviceprincipalname sessionid signineventtypes status status.additionaldetails status.errorcode
        status.failurereason targetresources targetresources.displayname targetresources.grouptype targetresources.id
        targetresources.modifiedproperties.displayname targetresources.modifiedproperties.newvalue
        targetresources.modifiedproperties.oldvalue targetresources.type targetresources.userprincipalname tenantid time
        timegenerated tokenissuertype type useragent userdisplayname userid userprincipalname usertype workload
    """,
    "google_workspace": """
        action_id action_type actor.callertype actor.email actor.key actor.profileid affected_email_address
        api_client_name api_scopes app_id app_name application_name browser_version client_email client_id client_type
        command_type content_name destination_user_email device_id device_name device_new_state device_platform
        device_previous_state device_serial_number device_type device_user directory_device_id doc_id doc_title doc_type
        domain_name etag event_device_id event_reason event_result eventname eventservice extension_action
        extension_source group_email group_id id.applicationname id.customerid id.time id.uniquequalifier initiated_by
        insertid ipaddress is_second_factor is_suspicious kind login_challenge_method login_challenge_status
        login_failure_reason login_failure_type login_timestamp login_type logname new_boot_mode new_oauth_scopes
        new_value obfuscated_customer_takeout_request_id old_value old_visibility org_unit_name orgunit_path owner
        ownerdomain previous_boot_mode primary_event privilege_name product_name profile_user_name protopayload.@type
        protopayload.authenticationinfo.principalemail protopayload.metadata.@type
        protopayload.metadata.activityid.timeusec protopayload.metadata.activityid.uniqqualifier
        protopayload.metadata.event.eventname protopayload.metadata.event.eventtype
        protopayload.metadata.event.parameter.label protopayload.metadata.event.parameter.multistrvalue
        protopayload.metadata.event.parameter.name protopayload.metadata.event.parameter.type
        protopayload.metadata.event.parameter.value protopayload.metadata.event.status.success protopayload.methodname
        protopayload.requestmetadata.callerip protopayload.resourcename protopayload.servicename receivetimestamp
        remove_user_reason resource.labels.method resource.labels.service resource.type role_id role_name scope
        sensitive_action_name setting_name severity shared_drive_id target target_domain target_user timestamp
        trigger_user unlock_type url url_category user_agent user_email user_id vendor_name visibility visibility_change
    """,
    "intune": """
        activitydatetime activityoperationtype activityresult activitytype actor.applicationdisplayname
        actor.auditactortype actor.ipaddress actor.userid actor.userprincipalname category compliancestate componentname
        correlationid devicename displayname enrolleddatetime id identity jailbroken lastsyncdatetime
        manageddeviceownertype operatingsystem operationname properties properties.aaddeviceid properties.aadtenantid
        properties.activitydate properties.activityresultstatus properties.activitytype properties.actor.actortype
        properties.actor.application properties.actor.applicationname properties.actor.isdelegatedadmin
        properties.actor.objectid properties.actor.upn properties.actor.userpermissions properties.additionaldetails
        properties.alertdisplayname properties.alerttype properties.auditeventid properties.batchid properties.category
        properties.compliancestate properties.compliancestate_loc properties.compliantstate properties.createddate
        properties.description properties.devicehostname properties.deviceid properties.devicename
        properties.deviceregistrationstate properties.devicestate properties.encryptionstatusstring
        properties.enrollmenttimeutc properties.enrollmenttype properties.failurecategory properties.failurereason
        properties.imei properties.ingraceperioduntil properties.intunedeviceid properties.jailbroken
        properties.jointype properties.lastcontact properties.managedby properties.manufacturer properties.messageid
        properties.model properties.operationallogcategory properties.os properties.osversion properties.ownership
        properties.ownertype_loc properties.primaryuser properties.serialnumber properties.targetdisplaynames
        properties.targetobjectids properties.targets.name properties.upn properties.upnsuffix
        properties.userdisplayname properties.useremail properties.userid properties.username properties.wifimacaddress
        resources.auditresourcetype resources.displayname resources.resourceid resultdescription resulttype serialnumber
        tenantid time userid userprincipalname wifimacaddress
    """,
    "jamf": """
        event.alternatemacaddress event.assettag event.authorizedusername event.bluetoothmacaddress event.building
        event.command event.computer event.computer.alternatemacaddress event.computer.building
        event.computer.department event.computer.device_name event.computer.devicename event.computer.emailaddress
        event.computer.ip_address event.computer.ipaddress event.computer.jssid event.computer.mac_address
        event.computer.macaddress event.computer.managementid event.computer.model event.computer.osbuild
        event.computer.osversion event.computer.phone event.computer.position event.computer.realname
        event.computer.reportedipaddress event.computer.room event.computer.serial_number event.computer.serialnumber
        event.computer.udid event.computer.userdirectoryid event.computer.username event.department
        event.deviceenrollmentprograminstanceid event.devicename event.emailaddress event.groupaddeddevicesids
        event.icciid event.imei event.ipaddress event.jssid event.macaddress event.managementid event.model
        event.modeldisplay event.name event.objectid event.objectname event.objecttypename event.operationsuccessful
        event.osbuild event.osversion event.phone event.policyid event.position event.product event.realname
        event.reportedipaddress event.restapioperationtype event.room event.serialnumber event.smartgroup
        event.successful event.trigger event.udid event.userdirectoryid event.username event.version
        event.wifimacaddress general.lastcontacttime general.lastipaddress general.lastreportedip general.name
        general.platform general.remotemanagement.managed general.reportdate hardware.macaddress hardware.make
        hardware.model hardware.serialnumber id message time udid userandlocation.email userandlocation.realname
        userandlocation.room userandlocation.username webhook.event_timestamp webhook.eventtimestamp webhook.id
        webhook.name webhook.webhook_event webhook.webhookevent
    """,
    "okta": """
        actor.alternateid actor.detailentry actor.displayname actor.id actor.type
        authenticationcontext.authenticationprovider authenticationcontext.authenticationstep
        authenticationcontext.credentialprovider authenticationcontext.credentialtype
        authenticationcontext.externalsessionid authenticationcontext.interface authenticationcontext.issuer
        authenticationcontext.rootsessionid client.device client.geographicalcontext.city
        client.geographicalcontext.country client.geographicalcontext.postalcode client.geographicalcontext.state
        client.id client.ipaddress client.useragent.browser client.useragent.os client.useragent.rawuseragent
        client.zone contenttype debugcontext.debugdata.behaviors debugcontext.debugdata.logonlysecuritydata
        debugcontext.debugdata.privilegegranted debugcontext.debugdata.requestid debugcontext.debugdata.requesturi
        debugcontext.debugdata.threatsuspected debugcontext.debugdata.url device.id device.managed device.name
        device.os_platform device.registered displaymessage eventid eventtype eventtypeversion id legacyeventtype
        outcome.reason outcome.result published request.ipchain.ip request.ipchain.version securitycontext.asnumber
        securitycontext.asorg securitycontext.domain securitycontext.isp securitycontext.isproxy severity source
        target.alternateid target.detailentry target.detailentry.methodtypeused target.detailentry.signonmodetype
        target.displayname target.id target.type time transaction.id transaction.type uuid version
    """,
    "windows_security": """
        @timestamp accesslist accessmask accessreason account accountdomain accountexpires accountname
        accountsessionidentifier accounttype activity additionalinfo agent.type agent.version allowedtodelegateto
        appcorrelationid application attributeldapdisplayname attributesyntaxoid attributevalue auditpolicychanges
        authenticationpackagename beat.hostname beat.name beat.version binary calledstationid callerprocessid
        callerprocessname callingstationid category categoryid certificatetemplate certissuername certserialnumber
        certthumbprint channel classid classname clientaddress clientipaddress clientname commandline computer data
        data.@name data_stream.dataset data_stream.namespace data_stream.type destaddress destport devicedescription
        deviceid direction displayname dnshostname domain domainbehaviorversion domainname domainpolicychanged domainsid
        dsname dstype ecs.version elastic_agent.id elevatedtoken event.code event.created event.dataset event.kind
        event.outcome event.provider eventid eventid_qualifiers eventreceivedtime eventrecordid eventsourcename
        eventtime eventtype execution_processid execution_threadid failurereason filterrtid forcelogoff
        fullyqualifiedsubjectusername groupmembership handleid homedirectory homepath host.name impersonationlevel
        input.type ipaddress ipport keylength keywords layername layerrtid level lmpackagename lockoutduration
        lockoutobservationwindow lockoutthreshold log.level log_name logonguid logonhours logonid logonprocessname
        logontype machineaccountquota mandatorylabel maxpasswordage membername membersid message message.lines
        message.text minpasswordage minpasswordlength mixeddomainmode nasidentifier nasipv4address newprocessid
        newprocessname newtargetusername newuacvalue newvalue objectclass objectdn objectguid objectname objectserver
        objecttype objectvaluename oeminformation oldtargetusername olduacvalue oldvalue opcode opcorrelationid
        operationtype packagename param1 param2 param3 param4 param5 param6 param7 parentprocessname
        passwordhistorylength passwordlastset passwordproperties preauthtype primarygroupid privilegelist processid
        processname profilepath properties protectorguid protocol provider_guid provider_name reason reasoncode
        record_id record_number recordnumber relativetargetname requester requestid resourceattributes
        restrictedadminmode ruleid rulename samaccountname scriptblocktext scriptpath serviceaccount servicefilename
        servicename serviceprincipalnames servicesid servicestarttype servicetype sessionid sessionname severityvalue
        sharelocalpath sharename sidhistory source_name sourceaddress sourcemodulename sourceport status subcategoryguid
        subcategoryid subjectdomainname subjectlogonid subjectmachinename subjectusername subjectusersid substatus
        targetdomainname targetinfo targetlinkedlogonid targetlogonid targetoutbounddomainname targetoutboundusername
        targetservername targetsid targetusername targetusersid task taskcontent taskcontentnew taskname
        ticketencryptiontype ticketoptions timecreated_systemtime timegenerated tokenelevationtype transmittedservices
        type user.domain user.identifier user.name user.type useraccountcontrol userid userparameters userprincipalname
        userworkstations utctime version virtualaccount volumename workstation workstationname
    """,
}
VENDOR_NAMES = {product: frozenset(names.split()) for product, names in _NAMES.items()}

with airports as (
    select * from {{ source('nycflights', 'airports') }}
),

renamed as (
    select
        faa as airport_code,

        name as airport_name,
        tzone as time_zone,

        lat as latitude_deg,
        lon as longitude_deg,
        alt as altitude_ft
    from airports
)

select * from renamed
